import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { chown, link, mkdir, open, rename, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { BackupError } from './backup.errors.js';

/**
 * Writes a file that is complete or absent, and readable by its owner only: under a temporary name first, and under its
 * own once it is on disk.
 * @param publish gives the finished draft its name
 */
export async function writeAtomically(
  file: string,
  write: (draft: string) => Promise<void>,
  publish: (draft: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  // In a folder of its own: once that is removed, no thread of SQLite that still runs can create the draft again.
  const draftFolder = join(folder, `.${basename(file)}.${randomUUID()}.unfinished`);
  const draft = join(draftFolder, basename(file));
  const removeDraft = () => {
    rmSync(draftFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted).once('exit', removeDraft);
  try {
    await mkdir(draftFolder, { mode: 0o700 });
    await (await open(draft, 'wx', 0o600)).close();
    await write(draft);
    await sync(draft);
    await publish(draft);
    await sync(folder);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted).off('exit', removeDraft);
    removeDraft();
  }
}

/** Ends with the exit code that shells give to a signal. */
const interrupted = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);

/** @throws BackupError when there is a file of that name */
export async function publishNew(draft: string, file: string): Promise<void> {
  try {
    // Unlike a rename it never replaces a file, not even one that another process made just now.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(file)) throw alreadyThere(file);
    // Some file systems have no hard links.
    await rename(draft, file);
  }
}

export const alreadyThere = (file: string) =>
  new BackupError(`${file} exists, and was not changed. Name another file, or add --replace`);

/** A command that runs as root leaves a file that the service's user owns. */
export async function giveTo(file: string, ownerOf: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(ownerOf);
  await chown(file, uid, gid);
}

/** Makes content or a new name survive a power cut. Windows has no such call for folders, and does not need it. */
async function sync(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder && process.platform === 'win32') return;
  const handle = await open(path, isFolder ? 'r' : 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
