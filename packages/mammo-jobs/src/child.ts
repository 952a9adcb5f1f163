import { folderStore } from './folder-store.ts';
import { openOperation } from './operations/operation.ts';
import { doChunk } from './workers/do-chunk.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './workers/messages.ts';

/** A worker's process: told what to do over the channel to its parent, and gone when the parent is. */
let opened: ReturnType<typeof open> | undefined;

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the parent decides
process.on('message', async (message: ToWorker) => {
  try {
    if (message.kind === 'setup') {
      opened = open(message.setup);
      await opened;
      tell({ kind: 'ready' });
    } else {
      const reply = await doChunk(message.request, await opened!);
      tell({ kind: 'done', reply });
    }
  } catch (error) {
    const { message: text, code } = error as NodeJS.ErrnoException;
    tell({ kind: 'failed', failure: { message: text, ...(code !== undefined && { code }) } });
  }
});

async function open({ job, operation, folder }: WorkerSetup) {
  return { job, operation: await openOperation(operation), store: await folderStore(folder) };
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
