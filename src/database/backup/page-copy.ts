import type sqlite3 from 'sqlite3';

/** SQLite's online backup in the package `sqlite3`, which its types leave out. */
interface PageCopy {
  /** Pages that remain. */
  readonly remaining: number;
  readonly pageCount: number;
  step(pages: number, done: (error: Error | null, isComplete: boolean) => void): void;
  finish(done: () => void): void;
}
type Backup = (this: sqlite3.Database, file: string, done: (error: Error | null) => void) => PageCopy;

/** 4 MiB at the usual page size: large enough to be fast, and small enough to report progress. */
const pagesPerStep = 1_024;

/**
 * Copies a database page by page into an empty file. Inside an open transaction of the source every step reads the same
 * snapshot; without one SQLite would start over after each commit of another process.
 * (https://www.sqlite.org/backup.html)
 */
export async function copyPages(
  source: sqlite3.Database,
  file: string,
  progress: (pages: number, of: number) => void,
): Promise<void> {
  const { backup } = source as unknown as { backup: Backup };
  const copy = await new Promise<PageCopy>((resolve, reject) => {
    const begun: PageCopy = backup.call(source, file, (error) => (error ? reject(error) : resolve(begun)));
  });
  // By default the package treats a failed copy as one that may continue.
  Object.assign(copy, { retryErrors: [] });
  try {
    while (!(await stepOf(copy))) progress(copy.pageCount - copy.remaining, copy.pageCount);
    progress(copy.pageCount, copy.pageCount);
  } finally {
    await new Promise<void>((resolve) => copy.finish(resolve));
  }
}

const stepOf = (copy: PageCopy) =>
  new Promise<boolean>((resolve, reject) => {
    copy.step(pagesPerStep, (error, isComplete) => (error ? reject(error) : resolve(isComplete)));
  });
