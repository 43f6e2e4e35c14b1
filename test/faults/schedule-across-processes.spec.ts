/**
 * A schedule of one second in three processes, one of which is killed, while the clock of the machine is set an hour forth
 * and back. SCHEDULE_SECONDS says how long; by default so long that each part has a few ticks.
 * Real: the processes, SQLite and PostgreSQL, the scheduler, the courier. Fake: the clock.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Effect } from '../crash/effect.js';
import { databaseKinds } from '../support/databases.js';
import { outboxEntities } from '../support/letters.js';
import { programPath } from '../support/program.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const second = 1_000;
const hour = 3_600 * second;
/** Ticks before the kill, after it, with the clock set forth, and with the clock set back. */
const ticksOfEach = Math.max(3, Math.floor(Number(process.env['SCHEDULE_SECONDS'] ?? 12) / 4));
const limitMs = 120_000 + 20 * second * ticksOfEach;

describe.each(databaseKinds)('A schedule in three processes on %s', (kind) => {
  const database = useDatabase(kind, [...outboxEntities, Effect]);

  const kill = async (child: ChildProcess) => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
  };
  /** The moments of the ticks that have had their effect, once for each time. */
  const ticks = async () =>
    (await database.dataSource.manager.find(Effect)).map(({ text }) => Date.parse(`${text}Z`));
  const recorded = async () =>
    (await database.dataSource.query<{ key: string }[]>('SELECT key FROM outbox_key')).map(({ key }) =>
      Date.parse(key),
    );

  it(
    'runs each tick once, although one is killed, and the clock is set an hour forth and back',
    async () => {
      const children = [1, 2, 3].map(() =>
        fork(programPath('test/crash/ticking-program.js'), [database.url], { execArgv: [] }),
      );
      const setClock = (shiftMs: number) => {
        for (const child of children) if (child.connected) child.send({ shiftMs });
      };
      const began = Date.now();
      const isAhead = (tick: number) => tick > began + hour / 2;
      let due: number[] = [];
      const untilTicks = (what: string, count: number, isCounted: (tick: number) => boolean) =>
        until(what, async () => (await ticks()).filter(isCounted).length >= count, limitMs);
      try {
        await untilTicks('the schedule runs', ticksOfEach, () => true);
        await kill(children[0]!);
        const killedAt = Date.now();
        await untilTicks('it runs without one', ticksOfEach, (tick) => tick > killedAt);
        setClock(hour);
        await untilTicks('it runs an hour ahead', ticksOfEach, isAhead);
        const last = Math.max(...(await ticks()).filter((tick) => !isAhead(tick)));
        setClock(0);
        await untilTicks('it runs at the right time', ticksOfEach, (tick) => tick > last && !isAhead(tick));
        due = await recorded();
        const isRun = async () => {
          const run = new Set(await ticks());
          return due.every((tick) => run.has(tick));
        };
        await until('all are run, also those of the killed process', isRun, limitMs);
      } finally {
        for (const child of children) await kill(child);
      }

      const run = await ticks();
      expect(new Set(run).size).toBe(run.length);
      due.sort((one, other) => one - other);
      const isAfterGap = (tick: number, index: number) => index > 0 && tick - due[index - 1]! > second;
      const gaps = due.filter(isAfterGap);
      expect(gaps.filter(isAhead)).toHaveLength(1);
      // The time that was left out while the clock was ahead, if it was long.
      expect(gaps.filter((tick) => !isAhead(tick)).length).toBeLessThanOrEqual(1);
    },
    limitMs,
  );
});
