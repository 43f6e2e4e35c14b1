// Real: the compiled program, SQLite and PostgreSQL, and this process as the other one that holds the lock. Fake: the
// notification service, which is healthy.
import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { type DatabaseReading, openDatabase } from '../crash/database-reading.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';
import { Installation } from './installation.js';

const lock = { sqlite: 'BEGIN EXCLUSIVE', postgres: 'BEGIN; LOCK TABLE "user" IN EXCLUSIVE MODE' };
const envelope = { status_code: 503, detail: 'Service Unavailable', error: 'HTTPException' };
/** Far above the limits, because three requests wait for each other, and far below what no limit would cost. */
const maxWaitMs = 35_000;

describe.each(databaseKinds)('A database that another process has locked, %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let installation: Installation;
  let other: DatabaseReading;

  const start = async (variables: NodeJS.ProcessEnv = {}) => {
    installation = await Installation.start(database.url, { variables });
    other = await openDatabase(database.url);
  };

  afterEach(async () => {
    await other.close();
    await installation.destroy();
  });

  it('delays a create when the lock is released soon', async () => {
    await start();
    await other.query(lock[kind]);
    const creating = installation.create('delayed@example.com');
    await pause(1_000);
    await other.query('ROLLBACK');

    expect(await creating).toMatchObject({ status: 200 });
    expect(await installation.audit()).toEqual([]);
  });

  it('answers 503 within the limit when the lock is kept, still reads, and recovers by itself', async () => {
    await start({ UNIT_TIMEOUT_MS: '2000', DATABASE_STATEMENT_TIMEOUT_MS: '2000' });
    await installation.create('before@example.com');
    await other.query(lock[kind]);
    const refused = await Promise.all(
      [1, 2, 3].map((number) => installation.create(`during-${number}@example.com`)),
    );
    const read = await installation.signIn('before@example.com');
    await other.query('ROLLBACK');
    const after = await installation.create('after@example.com');

    for (const response of refused) {
      expect(response).toMatchObject({ status: 503, body: envelope, retryAfterHeader: '1' });
      expect(response.duration).toBeLessThan(maxWaitMs);
    }
    expect(read.status).toBe(400);
    expect(after.status).toBe(200);
    expect(await installation.audit()).toEqual([]);
  });
});
