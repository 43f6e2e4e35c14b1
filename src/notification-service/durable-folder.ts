import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A folder whose files are complete or absent, never half written, and survive a power cut. One process writes to it.
 */
export class DurableFolder {
  private constructor(
    readonly path: string,
    private readonly unfinished: string,
  ) {}

  /** Creates the folder if there is none, and removes what a killed process left unfinished. */
  static async open(path: string): Promise<DurableFolder> {
    const unfinished = join(path, '.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    return new DurableFolder(path, unfinished);
  }

  /** @param name of the file; it may lie in a subfolder, which is created */
  async write(name: string, content: string | Buffer): Promise<void> {
    const target = join(this.path, name);
    const draft = join(this.unfinished, randomUUID());
    try {
      await writeToDisk(draft, content);
      await mkdir(dirname(target), { recursive: true });
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await syncFolder(dirname(target));
  }
}

async function writeToDisk(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename durable. Windows has no such call for folders, and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
