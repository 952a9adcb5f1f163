import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from './fault-run.ts';

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Fills it to the last byte, for a while. */
  fill(ms: number): Promise<void>;
  remove(): void;
}

/** Mounts a tmpfs over a folder; needs root. */
export function mountSmallDisk(path: string, mebibytes: number): SmallDisk {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
  return {
    path,
    fill: async (ms) => {
      const balloon = join(path, 'balloon');
      const file = await open(balloon, 'w');
      for (let size = 2 ** 20; size >= 1; ) {
        const { bytesWritten } = await file
          .write(Buffer.alloc(size))
          .catch(() => ({ bytesWritten: 0 }));
        if (bytesWritten === 0) size = Math.floor(size / 4);
      }
      await file.close();
      await pause(ms);
      await rm(balloon, { force: true });
    },
    remove: () => execFileSync('umount', ['--lazy', path]),
  };
}
