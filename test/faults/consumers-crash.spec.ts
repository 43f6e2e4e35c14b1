/**
 * Two consumers of one topic in a process that is killed again and again. CONSUMER_KILLS says how often; by default once at
 * each point.
 * Real: the processes, SQLite and PostgreSQL, the courier. Nothing is fake.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { In } from 'typeorm';
import { Clock, OutboxMessage, OutboxOperator } from '../../src/ddd/outbox/index.js';
import { consumerCrashes, Effect } from '../crash/effect.js';
import type { ConsumerCrash } from '../crash/effect.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, PostWorker } from '../support/letters.js';
import { programPath } from '../support/program.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const kills = Number(process.env['CONSUMER_KILLS'] ?? consumerCrashes.length);
const texts = Array.from({ length: 20 }, (_, index) => `letter ${index + 10}`);
const limitMs = 120_000 + 20_000 * kills;

describe.each(databaseKinds)('Two consumers whose process is killed, on %s,', (kind) => {
  const database = useDatabase(kind, [...outboxEntities, Effect]);

  const start = (point: ConsumerCrash = 'nowhere') =>
    fork(programPath('test/crash/consuming-program.js'), [database.url, point], { execArgv: [] });
  const kill = async (child: ChildProcess) => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
  };
  const undelivered = () =>
    database.dataSource.manager.countBy(OutboxMessage, { state: In(['pending', 'leased', 'dead']) });
  const effectsOf = async (consumer: string) =>
    (await database.dataSource.manager.findBy(Effect, { consumer })).map(({ text }) => text).sort();

  it(
    'each get every message, and have their effect exactly once where they ask for it',
    async () => {
      const operator = new OutboxOperator(database.dataSource, new Clock());
      const first = start();
      const isSubscribed = () =>
        database.dataSource.query<unknown[]>(
          `SELECT 1 FROM outbox_subscription WHERE topic = '${letterTopic}' AND consumer = 'ledger'`,
        );
      await until('it has subscribed', async () => (await isSubscribed()).length > 0);
      await kill(first);
      await new PostWorker(database.dataSource).run(async ({ letter }) => {
        for (const text of texts) await letter.record(text);
      });
      expect(await undelivered()).toBe(2 * texts.length);

      for (let nth = 0; nth < kills; nth++) {
        const child = start(consumerCrashes[nth % consumerCrashes.length]);
        const hasDied = () => child.signalCode === 'SIGKILL';
        await until('it has died', async () => hasDied() || !(await undelivered()), limitMs);
        await kill(child);
        // What was lost twenty times is a dead letter, which an operator retries.
        await operator.retryDead();
      }

      const last = start();
      await until(
        'all are delivered',
        async () => {
          await operator.retryDead();
          await pause(200);
          return !(await undelivered());
        },
        limitMs,
      );
      await kill(last);
      expect(await effectsOf('ledger')).toEqual(texts);
      expect([...new Set(await effectsOf('mailing'))]).toEqual(texts);
    },
    limitMs,
  );
});
