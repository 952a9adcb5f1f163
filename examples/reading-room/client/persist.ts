import { ServerRefusal } from './api.ts';

const RETRY_MS = 1500;

/** Tries until the server answers: a network that breaks must lose nothing. What the server refuses is not tried again. */
export async function persist<Reply>(
  attempt: () => Promise<Reply>,
  report: (problem: string) => void,
): Promise<Reply> {
  for (;;) {
    try {
      const reply = await attempt();
      report('');
      return reply;
    } catch (error) {
      if (error instanceof ServerRefusal && error.status < 500) throw error;
      report('The reading room cannot be reached. Trying again …');
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
  }
}
