import { BackupError } from './backup.errors.js';
import { BackupSource } from './backup-source.js';
import type { CopyProgress, RowCounts } from './backup-source.js';

/**
 * Copies a snapshot of a database into an empty file, and verifies the copy: it is intact, and each table has as many
 * rows as in the snapshot. The copy is one file, without a log beside it.
 * @throws BackupError when the copy differs from the source
 */
export async function copyDatabase(
  source: BackupSource,
  file: string,
  progress: CopyProgress,
): Promise<RowCounts> {
  const expected = await source.inSnapshot(async () => {
    await source.copyTo(file, (pages, of) => progress('copied', pages, of));
    return source.rowCounts();
  });
  const copy = await BackupSource.open(file, 'existing');
  try {
    await copy.checkpoint();
    await copy.refuseDamaged();
    const found = await copy.rowCounts();
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new BackupError(
        `The copy differs from ${source.file}: it has the rows ${JSON.stringify(found)}, not ${JSON.stringify(expected)}. ` +
          'Nothing was written; please report it',
      );
    const rows = Object.values(found).reduce((sum, count) => sum + count, 0);
    progress('verified', rows, rows);
    return found;
  } finally {
    await copy.close();
  }
}
