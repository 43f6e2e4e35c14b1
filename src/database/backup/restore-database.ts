import { constants, existsSync, statSync } from 'node:fs';
import { copyFile, link, realpath, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDamage } from '../sqlite/database-file.error.js';
import { BackupSource } from './backup-source.js';
import type { CopyProgress, RowCounts } from './backup-source.js';
import { BackupError } from './backup.errors.js';
import { copyDatabase } from './copy-database.js';
import type { ProgramHistory } from './program-history.js';
import { giveTo, writeAtomically } from './atomic-file.js';

export interface RestoreOptions {
  readonly history: ProgramHistory;
  readonly progress?: CopyProgress;
  readonly now?: Date;
}

export interface Restored {
  readonly counts: RowCounts;
  /** The new name of the previous database. */
  readonly keptAs: string | undefined;
  /** Migrations that have not run on the restored database. */
  readonly pending: readonly string[];
}

/** Files that SQLite keeps beside a database. */
const companions = ['-wal', '-shm', '-journal'];

/**
 * Replaces the database with a verified copy of a backup, and keeps the previous database under another name.
 * @throws BackupError when the backup is unfit, or the database is in use; nothing is then changed
 */
export async function restoreDatabase(
  backup: string,
  address: string,
  { history, progress = () => undefined, now = new Date() }: RestoreOptions,
): Promise<Restored> {
  // A symbolic link to the database is kept, and its target is replaced.
  const database = existsSync(address) ? await realpath(address) : address;
  await refuseUnfit(backup, database);
  const source = await BackupSource.open(backup, 'immutable');
  try {
    await source.refuseDamaged();
    const pending = await history.missingIn(source);
    await refuseInUse(database);
    let counts: RowCounts = {};
    let keptAs: string | undefined;
    await writeAtomically(
      database,
      async (draft) => {
        counts = await copyDatabase(source, draft, progress);
        await giveTo(draft, existsSync(database) ? database : dirname(database));
      },
      async (draft) => {
        // Checked again, because copying takes time.
        await refuseInUse(database);
        keptAs = await setAside(database, `.before-restore-${stampOf(now)}`);
        await rename(draft, database);
      },
    );
    return { counts, keptAs, pending };
  } finally {
    await source.close();
  }
}

async function refuseUnfit(backup: string, database: string): Promise<void> {
  if (!existsSync(backup)) throw new BackupError(`There is no file ${backup}`);
  if (statSync(backup).isDirectory())
    throw new BackupError(`${backup} is a folder: name the file of a backup`);
  if (existsSync(database) && (await realpath(backup)) === database)
    throw new BackupError(`${backup} is the database itself: name the file of a backup`);
  const log = ['-wal', '-journal'].map((suffix) => backup + suffix).find((file) => hasContent(file));
  if (log)
    throw new BackupError(
      `${backup} is not a finished backup: there is ${log}, so a program has it open, or was killed while it had. Make one with ` +
        'npm run backup',
    );
}

/** A database that is not in use is left as one file, with its log checkpointed. */
async function refuseInUse(database: string): Promise<void> {
  if (!existsSync(database)) return;
  let current: BackupSource | undefined;
  try {
    current = await BackupSource.open(database, 'existing');
    await current.claim();
  } catch (error) {
    const { cause } = error as { cause?: Error };
    if (!cause || !isDamage(cause)) throw isLocked(cause) ? inUse(database) : error;
    // A damaged file cannot be locked; the files beside it are then the only trace of a program that uses it.
    const trace = companions.map((suffix) => database + suffix).find((file) => existsSync(file));
    if (trace)
      throw new BackupError(
        `The database ${database} is damaged, and there is ${trace}, so it may be in use. Stop the service, move both ` +
          'files away, and restore again',
      );
  } finally {
    await current?.close();
  }
}

/** Keeps the database under another name, with the files beside it: a log that stayed would corrupt its successor. */
async function setAside(database: string, suffix: string): Promise<string | undefined> {
  const isThere = existsSync(database);
  let kept = database + suffix;
  // A database that was kept in the same second is not overwritten.
  for (let count = 2; isUsed(kept) || (isThere && !(await isKeptAs(kept, database))); count++)
    kept = `${database}${suffix}-${count}`;
  for (const companion of companions)
    if (existsSync(database + companion)) await rename(database + companion, kept + companion);
  return isThere ? kept : undefined;
}

const isUsed = (name: string) => ['', ...companions].some((suffix) => existsSync(name + suffix));

/** Gives the database a second name, so that it exists under its own at every moment; false if that name is taken. */
async function isKeptAs(name: string, database: string): Promise<boolean> {
  const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EEXIST';
  try {
    await link(database, name);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
  }
  try {
    // Some file systems have no hard links.
    await copyFile(database, name, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

const isLocked = (cause: unknown) =>
  /^SQLITE_(BUSY|LOCKED)$/.test(String((cause as { code?: string })?.code));

const inUse = (database: string) =>
  new BackupError(
    `The database ${database} is in use: stop the service, and every other program that has it open`,
  );

const hasContent = (file: string) => existsSync(file) && statSync(file).size > 0;

/** As in 20261126T191200Z. */
const stampOf = (now: Date) => now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
