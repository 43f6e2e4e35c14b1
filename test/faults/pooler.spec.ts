/**
 * The service behind a pooler, in both of its modes.
 * Real: PgBouncer (skipped aloud where this machine has none), PostgreSQL, the compiled programs, HTTP.
 * Fake: the notification service, which takes everything.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { dataSourceOf } from '../../src/database/data-source.js';
import { openDataSource } from '../../src/database/open-data-source.js';
import { postgresOptions } from '../../src/database/postgres/postgres-options.js';
import { SqlWorker, UnitTimeoutError } from '../../src/ddd/worker/index.js';
import { respond, FakeService } from '../../testing/fake-service.js';
import { hasPgBouncer, PgBouncer } from '../support/pgbouncer.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

class IdleWorker extends SqlWorker.with({}) {}

const isHere = hasPgBouncer();
if (!isHere) process.stderr.write('SKIPPED: the service behind PgBouncer, for there is no pgbouncer here\n');

(isHere ? describe : describe.skip).each(['transaction', 'session'] as const)(
  'Behind PgBouncer in %s mode',
  (mode) => {
    const database = useDatabase('postgres', [], { perTest: true });
    let pooler: PgBouncer;
    let mails: FakeService;
    const services: RunningService[] = [];

    beforeEach(async () => {
      pooler = await PgBouncer.before(database.url, mode);
      mails = await FakeService.start(respond(202));
    });
    afterEach(async () => {
      for (const service of services.splice(0)) await service.stop();
      await mails.stop();
      await pooler.stop();
    });

    const start = async () => {
      const service = await RunningService.start({
        DATABASE_URL: pooler.url,
        NOTIFICATION_SERVICE_URL: mails.url,
        DATABASE_STATEMENT_TIMEOUT_MS: '4321',
        PASSWORD_MAX_WAIT_MS: '60000',
      });
      services.push(service);
      return service;
    };

    it('two processes migrate once, serve accounts, deliver their messages, and leave nothing on the sessions', async () => {
      const [one, two] = await Promise.all([start(), start()]);
      const create = (service: RunningService, number: number) =>
        service.post('/user/', { ...ada, email: `user${number}@example.com` });
      const responses = await Promise.all(
        Array.from({ length: 40 }, (_, number) => create(number % 2 ? one : two, number)),
      );
      expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
      expect((await fetch(`${one.url}/health/ready`)).status).toBe(200);

      const direct = new pg.Client({ connectionString: database.url });
      await direct.connect();
      try {
        const count = async (sql: string) => Number((await direct.query<{ n: string }>(sql)).rows[0]?.n);
        await until(
          'every message is delivered',
          async () => (await count(`SELECT count(*) AS n FROM outbox_message WHERE state = 'done'`)) === 40,
        );
        expect(await count('SELECT count(*) AS n FROM migrations')).toBe(
          await count('SELECT count(DISTINCT name) AS n FROM migrations'),
        );
        // A transaction that runs at this very moment may hold one.
        await until(
          'no advisory lock is left',
          async () => (await count(`SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'`)) === 0,
        );
        await until(
          'no transaction is left open',
          async () =>
            (await count(
              `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
            )) === 0,
        );
      } finally {
        await direct.end();
      }

      const client = new pg.Client({ connectionString: pooler.url });
      await client.connect();
      const { rows } = await client.query('SHOW statement_timeout');
      await client.end();
      expect(rows).toEqual([{ statement_timeout: '0' }]);
    });

    it('the statement of a unit that is out of time is cancelled on the server, and its connection is used again', async () => {
      const dataSource = await database.connectWith({ entities: [], migrations: [] }, pooler.url);
      const direct = new pg.Client({ connectionString: database.url });
      await direct.connect();
      try {
        const worker = new IdleWorker(dataSource);
        const run = worker.run((_, { manager }) => manager.query('SELECT pg_sleep(60)'), { timeoutMs: 100 });
        await expect(run).rejects.toThrow(UnitTimeoutError);
        const { rows } = await direct.query(
          "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state <> 'idle' AND pid <> pg_backend_pid()",
        );
        expect(rows).toEqual([]);
        expect(await worker.run((_, { manager }) => manager.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
      } finally {
        await direct.end();
        await dataSource.destroy();
      }
    });

    it.each([
      ['a wrong password', { password: 'wrong' }, /password there or in DATABASE_PASSWORD/],
      ['an unknown user', { username: 'stranger' }, /Check the user in DATABASE_URL/],
      ['an unknown database', { pathname: '/nowhere' }, /does not exist. Check DATABASE_URL/],
    ])('%s is refused at once, and waiting for the database is not tried', async (_, change, message) => {
      const url = Object.assign(new URL(pooler.url), change).href;
      const limits = { poolSize: 1, connectTimeoutMs: 60_000, statementTimeoutMs: 0 };
      const dataSource = dataSourceOf({ ...postgresOptions(url, limits), entities: [] });
      // It would wait for longer than a test may take.
      await expect(openDataSource(dataSource, 3_600_000)).rejects.toThrow(message);
    });
  },
);
