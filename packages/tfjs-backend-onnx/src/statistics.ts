/** What the backend did since it was created. */
export interface OnnxStatistics {
  /** Steps compiled into an ONNX session. */
  readonly compilations: number;
  /** Steps run by a session compiled before. */
  readonly cacheHits: number;
  /** Runs of a session. */
  readonly runs: number;
  /** Those of them that ran a recorded step again, without its program. */
  readonly repeats: number;
  /** Sessions held now. */
  readonly sessions: number;
  /** Working memory that the sessions keep between runs, in bytes: the block that large steps share, and an estimate for the others. */
  readonly sessionBytes: number;
  /** Memory of the tensors held now, in bytes. */
  readonly tensorBytes: number;
  /** Kernels computed by tfjs-backend-cpu instead. */
  readonly fallbacks: number;
  /** Time spent compiling, in milliseconds. */
  readonly compileMs: number;
  /** Time spent inside ONNX Runtime, in milliseconds. */
  readonly runtimeMs: number;
  /** Time spent planning runs and handing arrays over, in milliseconds. */
  readonly hostMs: number;
}
