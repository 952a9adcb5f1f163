import { ReadsError } from '../../src/reads.ts';

export function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ReadsError) {
      return error.problems.map(({ row, message }) => `${row}: ${message}`);
    }
    throw error;
  }
  return [];
}
