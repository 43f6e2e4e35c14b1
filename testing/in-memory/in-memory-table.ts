import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Stored } from '../../src/ddd/repository/index.js';
import { SqlColumn } from '../../src/ddd/repository/index.js';
import { identity } from './identity.js';

/** Column values by property path. A row is never changed, only replaced. */
export type Row = Readonly<Record<string, Stored | null>>;

/** Columns that are unique together. */
export type Unique = readonly ColumnMetadata[];

/** The committed rows of an entity by their number, with an index for each of its unique constraints. */
export class InMemoryTable {
  readonly rows: Map<number, Row>;
  readonly indexes: readonly Map<string, number>[];
  /** Number of rows ever created. */
  counted: number;
  /** Open units that read this state: while there are others, a commit changes a copy. */
  holders = 0;

  constructor(
    readonly uniques: readonly Unique[],
    from?: InMemoryTable,
  ) {
    this.rows = new Map(from?.rows);
    this.indexes = uniques.map((_, place) => new Map(from?.indexes[place]));
    this.counted = from?.counted ?? 0;
  }
}

/** A unit of work's view of a table: the committed rows, overlaid with its own writes. */
export class TableView {
  readonly #written = new Map<number, Row | undefined>();
  readonly #indexes: readonly Map<string, number | undefined>[];
  #counted: number;

  constructor(readonly table: InMemoryTable) {
    this.#indexes = table.uniques.map(() => new Map());
    this.#counted = table.counted;
  }

  /** The number of a new row. */
  next(): number {
    return ++this.#counted;
  }

  *rows(): Generator<readonly [number, Row]> {
    for (const entry of this.table.rows) if (!this.#written.has(entry[0])) yield entry;
    for (const [number, row] of this.#written) if (row) yield [number, row];
  }

  row(number: number): Row | undefined {
    return this.#written.has(number) ? this.#written.get(number) : this.table.rows.get(number);
  }

  /** The number of the row that has these values in the columns of a unique constraint. */
  holder(place: number, row: Row): number | undefined {
    const key = keyOf(row, this.table.uniques[place] as Unique);
    if (key === undefined) return undefined;
    const own = this.#indexes[place] as Map<string, number | undefined>;
    return own.has(key) ? own.get(key) : this.table.indexes[place]?.get(key);
  }

  /** Replaces the row with this number, or removes it. */
  put(number: number, row: Row | undefined): void {
    const before = this.row(number);
    this.#written.set(number, row);
    for (const [place, unique] of this.table.uniques.entries()) {
      const [old, now] = [before, row].map((each) => each && keyOf(each, unique));
      const index = this.#indexes[place] as Map<string, number | undefined>;
      if (old !== undefined && old !== now && this.holder(place, before as Row) === number)
        index.set(old, undefined);
      if (now !== undefined) index.set(now, number);
    }
  }

  /** The table with what the unit has written. */
  committed(): InMemoryTable {
    const { table } = this;
    if (!this.#written.size && this.#counted === table.counted) return table;
    const changed = table.holders > 1 ? new InMemoryTable(table.uniques, table) : table;
    for (const [number, row] of this.#written) setOrDelete(changed.rows, number, row);
    for (const [place, index] of this.#indexes.entries())
      for (const [key, number] of index)
        setOrDelete(changed.indexes[place] as Map<string, number>, key, number);
    changed.counted = this.#counted;
    return changed;
  }
}

function setOrDelete<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** Undefined where a column is NULL: such a row is equal to no other. */
function keyOf(row: Row, unique: Unique): string | undefined {
  const values = unique.map((column) => {
    const value = row[column.propertyPath] ?? null;
    return value === null ? null : identity(value, SqlColumn.of(column));
  });
  return values.includes(null) ? undefined : JSON.stringify(values.map(comparable));
}

/** The same value, serializable as JSON. */
function comparable(value: Stored | null): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (typeof value === 'bigint' || typeof value === 'number') return { number: String(value) };
  return value;
}
