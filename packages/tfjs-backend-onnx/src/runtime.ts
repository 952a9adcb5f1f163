import type { InferenceSession as CommonSession, Tensor } from 'onnxruntime-common';
import type { ReadNode } from './onnx-model.ts';

export type RuntimeTensor = Tensor;
export type RuntimeOptions = CommonSession.SessionOptions;

/** ONNX Runtime's execution providers that this backend knows; each is a tfjs backend of its own. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';

/** Where a session leaves an output. */
export type OutputPlace = 'cpu' | 'gpu-buffer';

type Arrays = Record<string, Tensor>;
/** Outputs by name: an array to fill, or null for a new one. */
type Fetches = Record<string, Tensor | null>;

interface Session<Result> {
  /** Its operations as they were loaded, where they were asked for. */
  readonly nodes?: readonly ReadNode[];
  run(feeds: Arrays, fetches: Fetches): Result;
  endProfiling(): void;
  release(): void;
}

interface RuntimeOf<CreatedSession> {
  readonly provider: Provider;
  readonly Tensor: typeof Tensor;
  /** Processors for the threads inside one operation. */
  readonly processors: number;
  /**
   * @param places outputs that do not go to the host
   * @param tellsNodes whether it is to tell its operations as they were loaded, as Node's can
   */
  createSession(
    model: Uint8Array,
    options: RuntimeOptions,
    places: Readonly<Record<string, OutputPlace>>,
    tellsNodes?: boolean,
  ): CreatedSession;
}

/** A compiled model that answers at once. */
type SynchronousSession = Session<Arrays>;

/** The first output of models whose runs only fill the arrays they are given: an empty sequence of this name. */
export const FILLED = 'filled';

/** ONNX Runtime that answers at once: onnxruntime-node's native binding. */
export interface SynchronousRuntime extends RuntimeOf<SynchronousSession> {
  readonly isSynchronous: true;
  /** Whether a run only fills the arrays that it is given for its outputs; its models then begin theirs with {@link FILLED}. */
  readonly fillsArrays: boolean;
  /** Channels of a block in the layout of ONNX Runtime's convolutions for processors; undefined where it has none. */
  readonly channelBlock: number | undefined;
}

/** ONNX Runtime that answers later, through the interface of onnxruntime-common: onnxruntime-web in a page. */
export interface AsynchronousRuntime extends RuntimeOf<Promise<Session<Promise<Arrays>>>> {
  readonly isSynchronous: false;
  readonly fillsArrays: false;
  readonly channelBlock: undefined;
}

/** ONNX Runtime as the backend sees it. */
export type Runtime = SynchronousRuntime | AsynchronousRuntime;
export type RuntimeSession = SynchronousSession | Session<Promise<Arrays>>;

/** A value, or the promise of one. */
export type Awaitable<T> = T | Promise<T>;

/** Continues at once where the value is there, later where it is promised. */
export function after<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
