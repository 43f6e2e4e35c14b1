/**
 * Random programs of units of work: nested and failing transactions, time limits, reruns, statements that are refused,
 * connections that are lost. A failure reports its seed and the smallest program that shows it.
 * Real: the databases, the drivers, the workers. Fake: nothing.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';
import { databaseKinds } from '../support/databases.js';
import { Account, LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { UnitInterpreter, nothingWritten, unitPrograms } from '../support/unit-programs.js';
import type { Step, UnitProgram, Written } from '../support/unit-programs.js';
import { useDatabase } from '../support/use-database.js';

const programs = 100;
const shortLimitMs = 150;

describe.each(databaseKinds)('units of work on %s', (kind) => {
  const database = useDatabase(kind, ledgerEntities, {
    perTest: true,
    variables: { DATABASE_POOL_SIZE: '3' },
  });
  let dataSource: DataSource;
  /** The connection of another process, which sees only committed rows. */
  let others: DataSource;
  let worker: LedgerWorker;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    dataSource = database.dataSource;
    others = await database.connect(ledgerEntities, { DATABASE_POOL_SIZE: '1' });
    worker = new LedgerWorker(dataSource);
  });

  /** @returns what `run` acknowledged; nothing if it threw */
  async function runUnit({ steps, readOnly }: UnitProgram): Promise<Written> {
    let written = nothingWritten();
    let calledAfterCommit = 0;
    const timeout = mayHang(steps) ? shortLimitMs : 60_000;
    const isCommitted = await worker
      .run(
        async (_, unit) => {
          written = nothingWritten();
          unit.afterCommit(() => calledAfterCommit++);
          await new UnitInterpreter(kind, worker, unit).run(steps, unit.manager, written);
        },
        { timeoutMs: timeout, readOnly },
      )
      .then(
        () => true,
        () => false,
      );
    expect(calledAfterCommit).toBe(isCommitted ? 1 : 0);
    return isCommitted ? written : nothingWritten();
  }

  async function expectNoOpenTransaction(): Promise<void> {
    if (kind === 'sqlite') {
      // Another process gets the lock at once: no one holds it.
      const other = await SqliteConnection.open(database.url.replace('sqlite:', ''), 'read-write');
      await other.write('BEGIN IMMEDIATE');
      await other.write('ROLLBACK');
      return other.close();
    }
    const { master } = dataSource.driver as unknown as { master: { _clients: { processID: number }[] } };
    const pooled = master._clients.map(({ processID }) => processID);
    const states = await others.query<{ state: string }[]>(
      'SELECT state FROM pg_stat_activity WHERE pid = ANY($1)',
      [pooled],
    );
    expect(states.map(({ state }) => state)).toEqual(states.map(() => 'idle'));
  }

  it(`keep what they acknowledged and nothing else, and leave no transaction open, in ${programs} random programs`, async () => {
    await fc.assert(
      fc.asyncProperty(unitPrograms(kind), async (units) => {
        await others.query('DELETE FROM account');
        await others.manager.insert(Account, { id: 1, balance: 0 });

        const acknowledged = await Promise.all(units.map(runUnit));
        await expectNoOpenTransaction();

        const rows = await others.manager.find(Account);
        const ids = rows.map(({ id }) => id).filter((id) => id !== 1);
        expect(sorted(ids)).toEqual(sorted(acknowledged.flatMap((written) => written.ids)));
        expect(rows.find(({ id }) => id === 1)?.balance).toBe(
          acknowledged.reduce((sum, { raised }) => sum + raised, 0),
        );
      }),
      { numRuns: programs },
    );
  });
});

const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);

function mayHang(steps: readonly Step[]): boolean {
  return steps.some((step) => {
    if (step.kind === 'never-return' || step.kind === 'endless-statement') return true;
    if (step.kind === 'side-by-side') return step.branches.some(mayHang);
    return 'steps' in step && mayHang(step.steps);
  });
}
