import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { UsageError } from '../usage.error.js';
import type { AccountRow } from './account-row.js';
import { csvRows } from './csv-rows.js';
import { jsonRows } from './json-rows.js';
import { textLines } from './text-lines.js';

/** A file of accounts, which is read as a stream. */
export class AccountFile {
  private constructor(
    private readonly path: string,
    private readonly readRows: typeof csvRows,
    readonly sizeBytes: number,
  ) {}

  /** @throws UsageError when it cannot be read, or its name does not say what it is */
  static async open(path: string): Promise<AccountFile> {
    const readRows = formats.get(extname(path).toLowerCase());
    if (!readRows) throw new UsageError(`${path} must end in .ndjson, .jsonl or .csv, which says its format`);
    await access(path, constants.R_OK).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      throw new UsageError(
        code === 'ENOENT' ? `There is no file ${path}` : `${path} cannot be read (${code})`,
      );
    });
    const found = await stat(path);
    if (!found.isFile()) throw new UsageError(`${path} is not a file`);
    return new AccountFile(path, readRows, found.size);
  }

  /** @param onBytes is told how many bytes have been read in total */
  rows(onBytes: (count: number) => void): AsyncIterable<AccountRow> {
    const stream = createReadStream(this.path);
    stream.on('data', () => onBytes(stream.bytesRead));
    return this.readRows(textLines(stream));
  }
}

const formats = new Map([
  ['.ndjson', jsonRows],
  ['.jsonl', jsonRows],
  ['.csv', csvRows],
]);
