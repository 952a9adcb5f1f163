/** An engine to test on. */
export interface Engine {
  /** Name among tfjs's backends. */
  readonly engine: string;
  /** For the name of a test. */
  readonly name: string;
  /** Why it cannot be used; empty if it can. */
  readonly problem: string;
}

/** tfjs's own engine, and the native one where it can be loaded. */
export const engines: readonly Engine[] = [
  described('cpu', ''),
  described('onnx', await problemOf(() => import('@mammo/tfjs-backend-onnx'))),
];

function described(engine: string, problem: string): Engine {
  const skipped = problem === '' ? '' : ` (skipped: ${problem})`;
  return { engine, name: `on ${engine}${skipped}`, problem };
}

async function problemOf(load: () => Promise<unknown>): Promise<string> {
  try {
    await load();
    return '';
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'unknown';
  }
}
