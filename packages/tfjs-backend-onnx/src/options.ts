/** Settings of the ONNX backend. */
export interface OnnxOptions {
  /** Threads inside one operation; default: the number of available processors. */
  readonly threads?: number;
  /** Whether idle threads spin: faster on an otherwise idle machine, harmful on a shared one; default false. */
  readonly spinning?: boolean;
  /** Compiled steps kept at once; default 64. */
  readonly maxSessions?: number;
  /** Bytes of working memory that the compiled steps may keep together, the block of the large ones with an estimate of the others; default 4 GiB. */
  readonly maxSessionBytes?: number;
  /**
   * Whether compiled steps keep their working memory for their next run, large ones a block that they share; default true. Without,
   * each takes one block from its second run on, laid out as the first run needed it, and gives it back when it ends: training steps
   * take up to 11 % longer, forward passes up to 45 %, and a program with many steps of different structure holds the working memory
   * of only one.
   */
  readonly keepsWorkingMemory?: boolean;
  /** Recorded operations after which a loop that never reads is computed anyway; default 20,000. */
  readonly maxRecordedOperations?: number;
  /** Bytes of disposed inputs that a loop which never reads may hold; default 1 GiB. */
  readonly maxRecordedBytes?: number;
  /** When set, every session writes an ONNX Runtime profile to files that begin with this path; `null`, the default, is none. */
  readonly profilePrefix?: string | null;
}

export type ResolvedOnnxOptions = Required<Omit<OnnxOptions, 'threads'>> & {
  readonly threads: number | undefined;
};

let current: ResolvedOnnxOptions = {
  threads: undefined,
  spinning: false,
  maxSessions: 64,
  maxSessionBytes: 4 * 2 ** 30,
  keepsWorkingMemory: true,
  maxRecordedOperations: 20_000,
  maxRecordedBytes: 2 ** 30,
  profilePrefix: null,
};

export const onnxOptions = (): ResolvedOnnxOptions => current;

const POSITIVE_INTEGERS = [
  'threads',
  'maxSessions',
  'maxSessionBytes',
  'maxRecordedOperations',
  'maxRecordedBytes',
] as const;

/**
 * Changes settings of the backend; names that are left out keep their value.
 * Steps compiled before keep the settings they were compiled with, so call it before the first run.
 * @throws RangeError if a number is not a positive integer
 */
export function setOnnxOptions(options: OnnxOptions): void {
  for (const name of POSITIVE_INTEGERS) {
    const value = options[name];
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new RangeError(`setOnnxOptions: ${name} must be a positive integer, got ${value}`);
    }
  }
  current = {
    threads: options.threads ?? current.threads,
    spinning: options.spinning ?? current.spinning,
    maxSessions: options.maxSessions ?? current.maxSessions,
    maxSessionBytes: options.maxSessionBytes ?? current.maxSessionBytes,
    keepsWorkingMemory: options.keepsWorkingMemory ?? current.keepsWorkingMemory,
    maxRecordedOperations: options.maxRecordedOperations ?? current.maxRecordedOperations,
    maxRecordedBytes: options.maxRecordedBytes ?? current.maxRecordedBytes,
    profilePrefix:
      options.profilePrefix === undefined ? current.profilePrefix : options.profilePrefix,
  };
}
