import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SqlWorker } from '../../worker/index.js';
import type { OpenUnit } from '../../worker/index.js';
import { OutboxRepository } from '../outbox.repository.js';
import type { Schedule, Tick } from './every.js';
import { OutboxSchedule } from './outbox-schedule.entity.js';

/** How far the clocks of processes may differ. A record that is further ahead was written before a clock was set back. */
const clockToleranceMs = 20_000;

/** What a process knows of the time since it last looked. Epoch milliseconds. */
export interface Look {
  readonly now: number;
  /** Since when it has been running: it missed no later tick. */
  readonly liveSince: number;
}

class TickRepository extends OutboxRepository<Tick> {
  constructor(
    unit: OpenUnit,
    protected readonly topic: string,
  ) {
    super(unit);
  }

  /** Records a tick, unless it ever was. */
  record(at: number): Promise<string> {
    const tick = new Date(at).toISOString();
    return this.add({ tick }, { key: tick });
  }
}

/** Records the ticks of a schedule that are due, each once over all processes, in one transaction. */
@Injectable()
export class TickRecorder {
  constructor(private readonly worker: SqlWorker) {}

  /** A schedule that is new to the database starts with its next tick. */
  async record(schedule: Schedule, look: Look): Promise<void> {
    await this.worker.run(
      async (_, unit) => {
        const { manager } = unit;
        const tickedAt = await lockedTick(manager, schedule.topic);
        if (tickedAt === undefined) return start(manager, schedule.topic, look.now);
        const ticks = dueTicks(schedule, tickedAt, look);
        if (!ticks.length) return;
        const repository = new TickRepository(unit, schedule.topic);
        for (const tick of ticks) await repository.record(tick);
        await manager.update(OutboxSchedule, { topic: schedule.topic }, { tickedAt: Math.max(...ticks) });
      },
      { isolation: 'READ COMMITTED' },
    );
  }
}

/** Every tick since the process has been running, and the last of those before, if they count. */
function dueTicks({ ticks, missed }: Schedule, tickedAt: number, { now, liveSince }: Look): number[] {
  if (tickedAt > now && tickedAt <= now + clockToleranceMs) return [];
  const since = tickedAt > now ? liveSince : tickedAt;
  const live = ticks.between(Math.max(since, liveSince), now);
  const lastMissed = ticks.last(Math.min(liveSince, now));
  return missed === 'once' && lastMissed > since ? [lastMissed, ...live] : live;
}

/** Locks the row, so that processes take turns. */
async function lockedTick(manager: EntityManager, topic: string): Promise<number | undefined> {
  const lock = manager.dataSource.options.type === 'postgres' ? 'FOR UPDATE' : '';
  const [row]: { at: string | number }[] = await manager.sql`
    SELECT ticked_at AS at FROM outbox_schedule WHERE topic = ${topic} ${() => lock}`;
  return row && Number(row.at);
}

async function start(manager: EntityManager, topic: string, now: number): Promise<void> {
  await manager.sql`
    INSERT INTO outbox_schedule (topic, ticked_at) VALUES (${topic}, ${now}) ON CONFLICT (topic) DO NOTHING`;
}
