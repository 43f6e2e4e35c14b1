import { existsSync } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { BackupSource } from './backup-source.js';
import type { CopyProgress, RowCounts } from './backup-source.js';
import { BackupError } from './backup.errors.js';
import { copyDatabase } from './copy-database.js';
import type { ProgramHistory } from './program-history.js';
import { alreadyThere, publishNew, writeAtomically } from './atomic-file.js';

export interface BackupOptions {
  /** Whether a file of that name may be overwritten. */
  readonly replace: boolean;
  readonly history: ProgramHistory;
  readonly progress?: CopyProgress;
}

/**
 * Writes a verified copy of a database, which may be in use, to a file.
 * @throws BackupError when there is no such database, or the copy cannot be made; the file is then as it was
 */
export async function backUpDatabase(
  database: string,
  file: string,
  { replace, history, progress = () => undefined }: BackupOptions,
): Promise<RowCounts> {
  if (!existsSync(database))
    throw new BackupError(
      `There is no database ${database}: set DATABASE_URL to that of the service, or start the service once`,
    );
  if (existsSync(file)) {
    const [here, there] = [await stat(database), await stat(file)];
    if (here.ino === there.ino && here.dev === there.dev)
      throw new BackupError(`${file} is the database itself: name another file`);
    if (there.isDirectory()) throw new BackupError(`${file} is a folder: name a file`);
    if (!replace) throw alreadyThere(file);
  }
  const source = await BackupSource.open(database, 'existing');
  try {
    await history.missingIn(source);
    let counts: RowCounts = {};
    await writeAtomically(
      file,
      async (draft) => {
        counts = await copyDatabase(source, draft, progress);
      },
      (draft) => (replace ? rename(draft, file) : publishNew(draft, file)),
    );
    return counts;
  } finally {
    await source.close();
  }
}
