import { MoveError } from './move.errors.js';
import type { MovedTable } from './moved-table.js';
import type { SourceRow } from './sqlite-source.js';

/** Why PostgreSQL cannot hold a value; never the value itself, which may be personal. */
export interface RefusedValue {
  /** Missing where PostgreSQL names none. */
  readonly column?: string | undefined;
  readonly reason: string;
}

export interface RefusedRow {
  readonly row: SourceRow;
  readonly values: readonly RefusedValue[];
}

const maxListed = 20;

/** Collects the rows that cannot move, so that one run reports all of them. */
export class RefusedRows {
  #count = 0;
  readonly #listed: string[] = [];

  add(table: MovedTable, refused: readonly RefusedRow[]): void {
    this.#count += refused.length;
    for (const row of refused.slice(0, maxListed - this.#listed.length)) this.#listed.push(line(table, row));
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** @throws MoveError that lists the first rows, and counts all */
  throwIfAny(): void {
    if (this.isEmpty) return;
    const unlisted = this.#count - this.#listed.length;
    const lines = [...this.#listed, ...(unlisted ? [`and ${unlisted} more`] : [])];
    throw new MoveError(
      '--from',
      `holds ${this.#count} ${this.#count === 1 ? 'row' : 'rows'} that PostgreSQL cannot hold:\n` +
        lines.map((text) => `  ${text}\n`).join('') +
        'Nothing was moved. Correct them in the source, and run the move again',
    );
  }
}

function line(table: MovedTable, { row, values }: RefusedRow): string {
  const reasons = values.map(({ column, reason }) => (column ? `column ${column}: ${reason}` : reason));
  return `${table.name}, ${place(table, row)}, ${reasons.join('; ')}`;
}

/** A key of any other shape may be the error itself, or personal. */
const plainKey = /^[\w-]{1,64}$/;

function place({ key, columns }: MovedTable, { rowid, values }: SourceRow): string {
  const value = key && values[columns.indexOf(key)];
  return key && value && plainKey.test(value) ? `${key.name} ${value}` : `rowid ${rowid}`;
}
