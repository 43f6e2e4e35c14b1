/**
 * Schedules on each database: which ticks are recorded, and that they are run.
 * Real: the database, the courier, Nest. Fake: the moments at which processes look, but for the last test.
 */
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CronTicks, Every, OutboxMessage, TickRecorder } from '../../src/ddd/outbox/index.js';
import type { Delivery, Schedule, Tick } from '../../src/ddd/outbox/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { databaseKinds } from '../support/databases.js';
import { outboxEntities } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const hour = 3_600_000;
const minute = 60_000;
const noon = Date.parse('2026-05-05T12:00:00Z');
const delivered: string[] = [];

@Injectable()
class Job {
  @Every('* * * * * *')
  async run({ tick }: Tick, { key, signal }: Delivery): Promise<void> {
    expect(key).toHaveLength(36);
    expect(signal.aborted).toBe(false);
    delivered.push(tick);
  }
}

describe.each(databaseKinds)('A schedule on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });

  async function scheduled(missed: Schedule['missed'] = 'once') {
    const dataSource = await database.connect(outboxEntities);
    const schedule = { topic: 'schedule.job', ticks: new CronTicks('* * * * *', 'UTC'), missed };
    const recorder = new TickRecorder(new SqlWorker(dataSource));
    return {
      /** @param liveMs for how long the process has been running */
      look: (now: number, liveMs = 0) => recorder.record(schedule, { now, liveSince: now - liveMs }),
      /** The recorded ticks, in minutes after noon. */
      async ticks() {
        const messages = await dataSource.manager.find(OutboxMessage, { order: { seq: 'ASC' } });
        return messages.map(({ payload }) => {
          const { tick } = JSON.parse(String(payload)) as Tick;
          return (Date.parse(tick) - noon) / minute;
        });
      },
    };
  }

  it('that is new starts with its next tick', async () => {
    const { look, ticks } = await scheduled();
    await look(noon + 5_000);
    expect(await ticks()).toEqual([]);
    await look(noon + minute, minute);
    expect(await ticks()).toEqual([1]);
  });

  it('records each tick once, when several processes look at the same time and again', async () => {
    const processes = [await scheduled(), await scheduled(), await scheduled()];
    await processes[0]!.look(noon);
    for (const minutes of [1, 2, 2]) {
      await Promise.all(processes.map(({ look }) => look(noon + minutes * minute, minute)));
    }
    expect(await processes[0]!.ticks()).toEqual([1, 2]);
  });

  it('records every tick that passed while a process was running', async () => {
    const { look, ticks } = await scheduled();
    await look(noon);
    await look(noon + 3 * minute, 3 * minute);
    expect(await ticks()).toEqual([1, 2, 3]);
  });

  it('catches up once on the ticks that passed while none was running', async () => {
    const { look, ticks } = await scheduled();
    await look(noon);
    await look(noon + 10 * minute + 1);
    await look(noon + 11 * minute, minute);
    expect(await ticks()).toEqual([10, 11]);
  });

  it('leaves out the ticks that passed while none was running when it says so', async () => {
    const { look, ticks } = await scheduled('skip');
    await look(noon);
    await look(noon + 10 * minute + 1);
    await look(noon + 11 * minute, minute);
    expect(await ticks()).toEqual([11]);
  });

  it('records each tick once when the clock is set forward an hour and back', async () => {
    const { look, ticks } = await scheduled();
    await look(noon);
    for (const minutes of [1, 2]) await look(noon + minutes * minute, minute);
    for (const minutes of [3, 4]) await look(noon + hour + minutes * minute, minute);
    for (const minutes of [5, 6]) await look(noon + minutes * minute, minute);
    expect(await ticks()).toEqual([1, 2, 62, 63, 64, 5, 6]);
    await look(noon + 65 * minute, 59 * minute);
    const again = (await ticks()).slice(7);
    expect(again).toEqual([...Array.from({ length: 55 }, (_, index) => index + 7), 65]);
  });

  it('runs its method once a tick, in one of the processes that have it', async () => {
    delivered.length = 0;
    const couriers = [
      await RunningCourier.start(database, { handlers: [Job] }),
      await RunningCourier.start(database, { handlers: [Job] }),
    ];
    await until('two ticks were run', () => delivered.length >= 2);
    for (const courier of couriers) await courier.stop();
    expect(new Set(delivered).size).toBe(delivered.length);
  });
});
