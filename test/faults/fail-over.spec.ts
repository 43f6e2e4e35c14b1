/**
 * The death of a primary under load, whose synchronous standby is promoted.
 * Real: two PostgreSQL servers of Debian (skipped aloud where there are none) that replicate by streaming, two processes
 * of the compiled program, HTTP. Fake: the fail-over manager, which is this test; the notification service, which takes
 * everything.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { FakeService, respond } from '../../testing/fake-service.js';
import { grouped } from '../crash/grouped.js';
import { LedgerWorker, ledgerEntities } from '../support/ledger.js';
import { debianPostgres, ReplicatedPostgres } from '../support/replicated-postgres.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';

/** 20 in the long form, which alone judges durations. */
const failOvers = Number(process.env['FAIL_OVERS'] ?? 1);
const isLong = failOvers > 1;
const clients = 6;
const enough = 30;
const maxOutageMs = 30_000;

interface Sent {
  readonly step: 'create' | 'activate' | 'signin';
  readonly email: string;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly status: number;
}

const bin = debianPostgres();
if (!bin) process.stderr.write('SKIPPED: fail-over, because there is no PostgreSQL of Debian here\n');

(bin ? describe : describe.skip)('When the primary of two PostgreSQL servers', () => {
  let servers: ReplicatedPostgres;
  let mails: FakeService;
  const services: RunningService[] = [];
  const answers: Sent[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    servers = await ReplicatedPostgres.start(bin!);
    mails = await FakeService.start(respond(202));
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await service.stop();
  });
  afterAll(async () => {
    await mails?.stop();
    await servers?.remove();
  });

  const send = async (service: RunningService, step: Sent['step'], email: string) => {
    const sentAtMs = performance.now();
    const { status } = await service.post(`/user/${step === 'create' ? '' : `${step}/`}`, { ...ada, email });
    answers.push({ step, email, sentAtMs, answeredAtMs: performance.now(), status });
    return status;
  };

  /** Takes one account after the other through its life; what is refused is repeated. */
  const work = async (name: string, load: { goesOn: boolean }) => {
    for (let number = 0; load.goesOn; number++) {
      const email = `${name}-${number}@example.com`;
      for (const step of ['create', 'activate', 'signin'] as const)
        while ((await send(services[number % services.length]!, step, email)) === 503) await sleep(50);
    }
  };

  /** Waits until so many requests that were sent from now on have had this status. @returns when they were answered */
  const more = async (status: number, count: number) => {
    const sinceMs = performance.now();
    const these = () => answers.filter((each) => each.status === status && each.sentAtMs > sinceMs);
    await until(`${count} requests are answered ${status}`, () => these().length >= count);
    return these().map(({ answeredAtMs }) => answeredAtMs);
  };

  it('dies under load, nothing that was acknowledged is lost, and the promoted standby serves', async () => {
    const variables = {
      DATABASE_URL: servers.url,
      NOTIFICATION_SERVICE_URL: mails.url,
      ACTIVATION: 'password',
      PASSWORD_MAX_WAIT_MS: '60000',
    };
    services.push(...(await Promise.all([RunningService.start(variables), RunningService.start(variables)])));
    const load = { goesOn: true };
    const working = Promise.all(Array.from({ length: clients }, (_, index) => work(`client${index}`, load)));
    const outagesMs: number[] = [];
    for (let round = 1; round <= failOvers; round++) {
      await more(200, enough);
      const killedAtMs = performance.now();
      await servers.killPrimary();
      await more(503, 1);
      await servers.promote();
      const [first = Infinity] = await more(200, enough);
      outagesMs.push(first - killedAtMs);
      await servers.replicate();
    }
    load.goesOn = false;
    await working;
    await until('every message is delivered', async () => {
      const [row] = await servers.query(`SELECT count(*) AS n FROM outbox_message WHERE state <> 'done'`);
      return row?.['n'] === '0';
    });

    const statuses = grouped(answers, ({ status }) => status);
    if (isLong)
      process.stderr.write(
        `${failOvers} fail-overs: serving again after ${outagesMs.map((ms) => (ms / 1_000).toFixed(1)).join(', ')} s; ` +
          `answers ${[...statuses].map(([status, list]) => `${status}: ${list.length}`).join(', ')}\n`,
      );
    expect([...statuses.keys()].sort()).toEqual([200, 503]);
    const emails = (await servers.query('SELECT email FROM "user"')).map(({ email }) => email);
    const acknowledged = new Set(statuses.get(200)!.map(({ email }) => email));
    expect([...acknowledged].filter((email) => !emails.includes(email))).toEqual([]);
    expect(
      await servers.query('SELECT m.id FROM outbox_message m WHERE m.id NOT IN (SELECT id FROM "user")'),
    ).toEqual([]);
    const mailed = mails.received.map(({ body }) => (body as { email: string }).email);
    expect(mailed.filter((email) => !emails.includes(email))).toEqual([]);
    expect(emails.filter((email) => !mailed.includes(String(email)))).toEqual([]);
    if (isLong) expect(Math.max(...outagesMs)).toBeLessThan(maxOutageMs);
  }, 1_800_000);

  it('commits, and an operator cancels the wait for its standby, the unit fails', async () => {
    const { database } = readSettings({ DATABASE_URL: servers.url, UNIT_TIMEOUT_MS: '120000' });
    const dataSource = createDataSource(database, { entities: ledgerEntities });
    await dataSource.initialize();
    try {
      await dataSource.synchronize();
      const worker = new LedgerWorker(dataSource);
      await worker.run(({ account }) => account.create({ id: 1, balance: 0 }));
      const goOn = await servers.stallStandby();
      const run = worker.run(({ account }) => account.create({ id: 2, balance: 0 }));
      const failed = expect(run).rejects.toMatchObject({
        cause: { message: expect.stringContaining('the standby may not have this commit') },
      });
      const waiting = `FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;
      await until('the commit waits', async () => (await servers.query(`SELECT pid ${waiting}`)).length);
      await servers.query(`SELECT pg_cancel_backend(pid) ${waiting}`);
      await failed;
      goOn();
      await worker.run(({ account }) => account.create({ id: 3, balance: 0 }));
    } finally {
      await dataSource.destroy();
    }
  });
});
