import { Table } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { quotedPath } from '../postgres/postgres-rules.js';
import { foundTable } from './found-table.js';
import type { Tables, Trial } from './migration-trial.js';
import { partsOf } from './table-parts.js';
import type { TablePart } from './table-parts.js';

/** A part of a table that a migration changes, and how far the database is with it. */
export interface ChangedPart {
  readonly table: string;
  readonly name: string;
  readonly before: TablePart | undefined;
  readonly after: TablePart | undefined;
  readonly found: TablePart | undefined;
  readonly state: 'before' | 'after' | 'neither';
  /** Whether the database has the table. */
  readonly isInTable: boolean;
}

/** How far a database is with what a migration does. */
export interface Outcome {
  /** Nothing for a migration that leaves every table as it is. */
  readonly changes: readonly ChangedPart[];
  readonly isAbsent: boolean;
  readonly isThere: boolean;
  /** Whether its missing parts change no existing table, except by an index. */
  readonly onlyAdds: boolean;
}

/** Compares a database with what a migration does. What is as a later migration leaves it is done too. */
export async function findOutcome(
  runner: QueryRunner,
  trials: readonly Trial[],
  { before, after }: Trial,
): Promise<Outcome> {
  const ends = trials.slice(trials.findIndex((trial) => trial.after === after)).map((trial) => trial.after);
  const changes: ChangedPart[] = [];
  for (const table of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [partsOf(before.get(table)), partsOf(after.get(table))];
    const names = [...new Set([...was.keys(), ...is.keys()])].filter(
      (name) => was.get(name)?.definition !== is.get(name)?.definition,
    );
    if (!names.length) continue;
    const found = await foundParts(runner, table, before);
    const isDone = await doneParts(runner, table, ends);
    // In a table that the migration creates and that is there, what a later migration removes is done too.
    const isCreated = was.size === 0 && found.size > 0;
    for (const name of names) {
      const isBefore = found.get(name)?.definition === was.get(name)?.definition;
      changes.push({
        table,
        name,
        before: was.get(name),
        after: is.get(name),
        found: found.get(name),
        state: isDone(name) && (isCreated || !isBefore) ? 'after' : isBefore ? 'before' : 'neither',
        isInTable: found.size > 0,
      });
    }
  }
  const isAbsent = changes.every(({ state }) => state === 'before');
  return {
    changes,
    isAbsent,
    isThere: changes.length > 0 && changes.every(({ state }) => state === 'after'),
    onlyAdds:
      changes.length > 0 &&
      changes.every(
        ({ state, isInTable, before, after }) =>
          state === 'after' || (state === 'before' && (!isInTable || (!before && after?.kind === 'index'))),
      ),
  };
}

/** @returns whether a part is as one of the migrations leaves it */
async function doneParts(
  runner: QueryRunner,
  table: string,
  ends: readonly Tables[],
): Promise<(name: string) => boolean> {
  const pairs: (readonly [ReadonlyMap<string, TablePart>, ReadonlyMap<string, TablePart>])[] = [];
  for (const end of ends) pairs.push([await foundParts(runner, table, end), partsOf(end.get(table))]);
  return (name) =>
    pairs.some(([found, wanted]) => found.get(name)?.definition === wanted.get(name)?.definition);
}

/** What the database has, in the wording of a trial where that means the same. */
async function foundParts(
  runner: QueryRunner,
  table: string,
  tables: Tables,
): Promise<ReadonlyMap<string, TablePart>> {
  const found = await foundTable(runner, table, tables.get(table) ?? new Table({ name: table }));
  if (found && runner.dataSource.options.type === 'postgres') await leaveOutInvalidIndexes(runner, found);
  return partsOf(found);
}

/** An index whose concurrent creation was aborted exists in name only. */
async function leaveOutInvalidIndexes(runner: QueryRunner, table: Table): Promise<void> {
  const invalid = (await runner.query(
    `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = to_regclass($1) AND NOT i.indisvalid`,
    [quotedPath(table.name)],
  )) as { name: string }[];
  table.indices = table.indices.filter((index) => !invalid.some(({ name }) => name === index.name));
}
