import type { DataSource } from 'typeorm';
import { readFacts } from '../../database/database-facts.js';
import { Clock, OutboxMessage, OutboxQueue, queueOf } from '../../ddd/outbox/index.js';
import { ReadOnlyDatabaseError } from '../../ddd/repository/index.js';
import { SqlWorker } from '../../ddd/worker/index.js';
import { duration } from './duration.js';
import type { Finding } from './finding.js';
import { hasTable } from './has-table.js';

/** Longer than a few attempts take. */
const lateMs = 5 * 60_000;

/** Checks that the database accepts writes, without writing. */
export async function checkWrites(dataSource: DataSource): Promise<Finding> {
  const check = 'writes';
  const runner = dataSource.createQueryRunner('master');
  try {
    const { readOnly, warning } = await readFacts(runner);
    // SQLite reports at the beginning of a write transaction whether it is allowed.
    if (readOnly === undefined && dataSource.options.type !== 'postgres') {
      await runner.startTransaction();
      await runner.rollbackTransaction();
    }
    if (readOnly !== undefined) return { check, status: 'failure', found: readOnly, remedy: writable };
    return warning === undefined
      ? { check, status: 'ok', found: 'the database accepts writes' }
      : { check, status: 'warning', found: warning, remedy: writable };
  } catch (error) {
    if (!(error instanceof ReadOnlyDatabaseError)) throw error;
    return { check, status: 'failure', found: 'the database is read-only', remedy: writable };
  } finally {
    await runner.release();
  }
}

const writable =
  'Point DATABASE_URL at the primary, or make the database writable: docs/guide/operate.md#databasereadonly';

/** Checks that PostgreSQL can store every name. */
export async function checkEncoding(dataSource: DataSource): Promise<Finding> {
  const [row] = await dataSource.query<{ server_encoding: string }[]>('SHOW server_encoding');
  const found = `server_encoding is ${row?.server_encoding}`;
  if (row?.server_encoding === 'UTF8') return { check: 'encoding', status: 'ok', found };
  return {
    check: 'encoding',
    status: 'failure',
    found: `${found}: some names cannot be stored, or are stored unchecked`,
    remedy:
      "Create a database WITH ENCODING 'UTF8' TEMPLATE template0, and restore a dump of this one into it",
  };
}

/**
 * Checks that every PostgreSQL index of our tables is valid: one whose creation was aborted remains, and is never used.
 */
export async function checkIndexes(dataSource: DataSource): Promise<Finding | Finding[]> {
  const tables = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const invalid = await dataSource.query<{ name: string; table: string }[]>(
    `SELECT i.indexrelid::regclass::text AS name, t.relname AS table
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
     WHERE NOT (i.indisvalid AND i.indisready) AND t.relname = ANY ($1)
       AND t.relnamespace = to_regnamespace(quote_ident(current_schema()))
     ORDER BY 1`,
    [tables],
  );
  if (!invalid.length) return { check: 'indexes', status: 'ok', found: 'every index is valid' };
  return invalid.map(({ name, table }) => ({
    check: 'indexes',
    status: 'failure',
    found: `the index ${name} on ${table} is invalid: it is not used, and enforces no uniqueness`,
    remedy: /_cc(new|old)\d*"?$/.test(name)
      ? `What is left of a REINDEX: DROP INDEX CONCURRENTLY ${name}`
      : `REINDEX INDEX CONCURRENTLY ${name}`,
  }));
}

/** Finds messages that need an operator, or have waited too long. */
export async function checkMessages(dataSource: DataSource): Promise<Finding | Finding[]> {
  const check = 'messages';
  if (!(await hasTable(dataSource, OutboxMessage)))
    return { check, status: 'ok', found: 'there is no outbox yet' };
  const clock = new Clock();
  const queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), clock);
  const { messages, oldestUndelivered, held, unhandled } = await queue.status();
  const findings: Finding[] = [];
  if (messages.dead)
    findings.push({
      check,
      status: 'warning',
      found: `${messages.dead} dead: given up, and waiting for a decision`,
      remedy: 'npm run -s outbox -- list --state dead, then retry or discard them',
    });
  const age = oldestUndelivered === null ? 0 : clock.now() - oldestUndelivered;
  if (age > lateMs)
    findings.push({
      check,
      status: 'warning',
      found: `the oldest undelivered one has waited ${duration(age)}`,
      remedy: 'npm run -s outbox -- list --state pending, and show ID for the error of each try',
    });
  for (const { reason, ...name } of held)
    findings.push({
      check,
      status: 'warning',
      found: `${queueOf(name)} is held back, because its service keeps failing: ${reason}`,
      remedy:
        'Repair the service; delivery then resumes by itself. To resume now: npm run -s outbox -- retry ID',
    });
  for (const { messages: waiting, ...name } of unhandled)
    findings.push({
      check,
      status: 'failure',
      found: `${queueOf(name)} has ${waiting} messages and no program that handles it`,
      remedy:
        'Start the program that has its handler, or end it: npm run -s outbox -- unsubscribe --topic TOPIC --consumer NAME',
    });
  if (findings.length) return findings;
  return {
    check,
    status: 'ok',
    found: `${messages.pending + messages.leased} to be delivered, none late or dead`,
  };
}
