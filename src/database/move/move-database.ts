import type { DataSource } from 'typeorm';
import { canonicalizeEmails } from '../emails/canonicalize-emails.js';
import type { CanonicalizedEmails } from '../emails/canonicalize-emails.js';
import { MoveError } from './move.errors.js';
import { movedTables } from './moved-table.js';
import type { MovedTable } from './moved-table.js';
import { PostgresTarget } from './postgres-target.js';
import { RefusedRows } from './refused-rows.js';
import type { SqliteSource } from './sqlite-source.js';
import { TableDigest } from './table-digest.js';
import { unfitValues } from './unfit-values.js';

const batchSize = 1_000;

/** One table after its move. */
export interface Moved {
  readonly table: string;
  readonly rows: number;
  /** The digest of its rows, the same on both databases. */
  readonly digest: string;
}

export interface MoveReport {
  readonly moved: readonly Moved[];
  /** Tables of the source that this program does not have. */
  readonly leftBehind: readonly string[];
  /** What became of addresses that the source does not hold in their canonical form. */
  readonly emails: CanonicalizedEmails;
}

/** Called after every batch. */
export type Progress = (step: 'copied' | 'verified', table: string, rows: number, of: number) => void;

/**
 * Copies every table into the target, whose schema exists and is empty, and compares what arrived with what was sent.
 * All of it is one transaction: an interrupted move leaves the target unchanged (docs/adr/0012).
 * @throws MoveError when the source or the target is unfit, or they differ in the end; the target is then still empty
 */
export async function moveDatabase(
  source: SqliteSource,
  target: DataSource,
  progress: Progress = () => undefined,
): Promise<MoveReport> {
  const tables = movedTables(target);
  for (const table of tables) await source.refuseOtherColumns(table);
  const known = target.entityMetadatas.map(({ tableName }) => tableName);
  const leftBehind = await source.tablesBeside([...known, migrationsOf(target)]);
  const runner = target.createQueryRunner();
  try {
    await runner.startTransaction();
    const copy = new PostgresTarget(runner);
    await copy.claim(tables);
    const moved: Moved[] = [];
    const refused = new RefusedRows();
    for (const table of tables) {
      const sent = await copyTable(table, source, copy, refused, progress);
      // After a refusal the rest is read only to list everything that must be fixed.
      if (refused.isEmpty) moved.push(await verifyTable(table, sent, copy, progress));
    }
    refused.throwIfAny();
    // The migration that does this found the target empty; the source may be older than it.
    const emails = await canonicalizeEmails(runner);
    await source.refuseChanged();
    await runner.commitTransaction();
    return { moved, leftBehind, emails };
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

/** The record of the migrations, which each database keeps for itself. */
const migrationsOf = ({ options }: DataSource) => options.migrationsTableName ?? 'migrations';

/** @returns the digest of what was sent */
async function copyTable(
  table: MovedTable,
  source: SqliteSource,
  target: PostgresTarget,
  refused: RefusedRows,
  progress: Progress,
): Promise<TableDigest> {
  const total = await source.count(table);
  const sent = new TableDigest();
  for await (const rows of source.batches(table, batchSize)) {
    const unfit = rows
      .map((row) => ({ row, values: unfitValues(table, row) }))
      .filter(({ values }) => values.length);
    const unfitRows = new Set(unfit.map(({ row }) => row));
    const rejected = await target.add(
      table,
      rows.filter((row) => !unfitRows.has(row)),
    );
    refused.add(table, [...unfit, ...rejected]);
    sent.add(rows.map(({ values }) => values));
    progress('copied', table.name, sent.rows, total);
  }
  if (sent.rows !== total)
    throw new MoveError('--from', `holds ${total} rows of ${table.name}, and ${sent.rows} could be read`);
  return sent;
}

async function verifyTable(
  table: MovedTable,
  sent: TableDigest,
  target: PostgresTarget,
  progress: Progress,
): Promise<Moved> {
  const arrived = new TableDigest();
  for await (const rows of target.batches(table, batchSize)) {
    arrived.add(rows);
    progress('verified', table.name, arrived.rows, sent.rows);
  }
  if (!arrived.equals(sent))
    throw new MoveError(
      '--to',
      `holds ${arrived.rows} rows of ${table.name}, of ${sent.rows} with other content. Nothing was moved; please ` +
        'report it',
    );
  await target.advanceSequence(table);
  return { table: table.name, rows: arrived.rows, digest: arrived.sum };
}
