// Real: the compiled program, SQLite and PostgreSQL, and this process as the other one that holds the lock. Fake: the
// notification service, which is healthy.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { type DatabaseReading, openDatabase } from '../crash/database-reading.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';
import { Installation } from './installation.js';

const lock = { sqlite: 'BEGIN EXCLUSIVE', postgres: 'BEGIN; LOCK TABLE "user" IN EXCLUSIVE MODE' };
const envelope = { status_code: 503, detail: 'Service Unavailable', error: 'HTTPException' };
/** The maximum wait for the writer, then one wait for the lock. */
const maxWaitMs = 35_000;

describe.each(databaseKinds)('A database that another process has locked, %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let installation: Installation;
  let other: DatabaseReading;

  beforeEach(async () => {
    installation = await Installation.start(database.url);
    other = await openDatabase(database.url);
  }, 60_000);

  afterEach(async () => {
    await other.close();
    await installation.destroy();
  }, 60_000);

  it('delays a create when the lock is released soon', async () => {
    await other.query(lock[kind]);
    const creating = installation.create('delayed@example.com');
    await pause(1_000);
    await other.query('ROLLBACK');

    expect(await creating).toMatchObject({ status: 200 });
    expect(await installation.audit()).toEqual([]);
  }, 120_000);

  it('answers 503 within the limit when the lock is kept, still reads, and recovers by itself', async () => {
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
  }, 120_000);
});
