export type { Chunk, ImageOutcome, ImageProblem } from './chunks/chunk.ts';
export { OtherJobError } from './job-description.ts';
export type {
  Operation,
  OperationChoice,
  OperationModule,
  OperationName,
} from './operations/operation.ts';
export { describeProgress, type JobProgress } from './progress.ts';
export { type QueueDispatcherOptions, queueDispatcher } from './queue/queue-dispatcher.ts';
export { type ServeQueueOptions, serveQueue } from './queue/serve-queue.ts';
export type { ResultFormat } from './results/write-results.ts';
export { type JobResult, type RunJobOptions, runJob } from './run-job.ts';
export { folderStore } from './storage/folder-store.ts';
export { FolderLockedError, lockFolder } from './storage/lock.ts';
export { type ArchiveCohort, readCohort } from './storage/read-cohort.ts';
export { s3Store } from './storage/s3-store.ts';
export { type Store, StoreError, type StoreModule } from './storage/store.ts';
export {
  type CheckpointFolder,
  type CheckpointFolderOptions,
  openCheckpointFolder,
} from './training/checkpoint-folder.ts';
export { type DivergenceOptions, divergenceGuard } from './training/divergence-guard.ts';
export type { Dispatcher } from './workers/dispatcher.ts';
export type { ChunkReply, ChunkRequest, WorkerSetup } from './workers/messages.ts';
export { type ProcessPoolOptions, processPool } from './workers/process-pool.ts';
export { WorkerError, type WorkerErrorCode } from './workers/worker-error.ts';
export type { WorkerLimits } from './workers/worker-process.ts';
