import type { Machine } from './measurement.ts';

/** What a fault campaign found; written by `campaign/`. */
export interface CampaignReport {
  readonly scene: string;
  readonly subject: Readonly<Record<string, number | string>>;
  readonly seed: number;
  readonly runs: number;
  /** Runs whose results were those of an undisturbed one, byte by byte. */
  readonly identical: number;
  /** What must not be, counted over all runs. */
  readonly wrong: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly calmSeconds: number;
  readonly seconds: number;
  readonly machine: Machine;
}

/** What a job costs beside its operation; written by `bench/overhead.ts`. */
export interface OverheadReport {
  readonly images: number;
  /** `pool`: processes of this machine; `queue`: a worker of a queue. */
  readonly by: string;
  readonly seconds: number;
  /** In the operation, with reading files and keeping results. */
  readonly workMs: number;
  /** Beside it, for each image. */
  readonly besideMs: number;
  readonly memory: readonly {
    readonly images: number;
    readonly workerMiB: number;
    readonly coordinatorMiB: number;
  }[];
  readonly machine: Machine;
}

/** Images per second by the number of workers; written by `bench/workers.ts`. */
export interface WorkersReport {
  readonly network: string;
  readonly height: number;
  readonly width: number;
  readonly rows: readonly { readonly workers: number; readonly imagesPerSecond: number }[];
  readonly machine: Machine;
}

/** How a queue holds many workers that are far away; written by `bench/queue-scaling.ts`. */
export interface QueueReport {
  readonly chunk: number;
  readonly chunkMs: number;
  readonly delayMs: number;
  readonly rows: readonly {
    readonly workers: number;
    readonly imagesPerSecond: number;
    /** Of what as many workers would do that never wait. */
    readonly share: number;
  }[];
  readonly machine: Machine;
}

/** Processor time of an image; written by `bench/core-seconds.ts`. */
export interface CoreSecondsReport {
  readonly rows: readonly { readonly network: string; readonly seconds: number }[];
  readonly machine: Machine;
}

/** What damaged files did to parsers; written by `fuzz/run.ts`. */
export interface FuzzReport {
  readonly seed: number;
  readonly seconds: number;
  readonly rows: readonly {
    readonly parser: string;
    readonly inputs: number;
    readonly read: number;
    readonly refused: number;
    readonly slowestMs: number;
    readonly defects: number;
  }[];
  readonly machine: Machine;
}
