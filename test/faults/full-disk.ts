import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of a few MB, or the closest substitute. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills the space. */
  fill(pid: number): Promise<void>;
  free(pid: number): Promise<void>;
  remove(): Promise<void>;
}

/** A real small file system if we may mount one; otherwise a limit on the size of the process's files. */
export async function createSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'accounts-disk', folder]);
  } catch {
    return limitedFiles(folder);
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: async () => {
      await writeFile(ballast, Buffer.alloc(64 * 2 ** 20)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    free: () => rm(ballast),
    async remove() {
      await run('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}

function limitedFiles(folder: string): SmallDisk {
  const limit = (pid: number, bytes: string) =>
    run('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
  return {
    folder,
    fill: async (pid) => void (await limit(pid, '4096')),
    free: async (pid) => void (await limit(pid, 'unlimited')),
    remove: () => rm(folder, { recursive: true }),
  };
}
