import type { Surroundings } from '../src/index.ts';

/** Surroundings that keep what is said. */
export interface Words extends Surroundings {
  readonly said: { out: string; err: string };
}

/** Keeps what a program says. */
export function keepWords(more: Partial<Surroundings> = {}): Words {
  const said = { out: '', err: '' };
  return {
    said,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    ...more,
  };
}
