import { SetMetadata } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Delivers } from '../message-handler.js';
import { InvalidScheduleError } from '../outbox.errors.js';
import { CronTicks } from './cron-ticks.js';

export interface ScheduleOptions {
  /** The IANA time zone of the expression, such as Europe/Berlin; UTC by default. */
  readonly zone?: string;
  /** What follows from ticks that passed while no process ran: one run for all of them, which is the default, or none. */
  readonly missed?: 'once' | 'skip';
  /** Milliseconds that one run may take; a minute by default. A crashed run is repeated after three times as long. */
  readonly timeoutMs?: number;
  /** Identifies the schedule; the class and the method by default. A new name is a new schedule. */
  readonly name?: string;
}

/** What a scheduled method is given. */
export class Tick {
  /** The moment of the schedule, in ISO 8601: not that of the run, which may be later. */
  @ApiProperty({ format: 'date-time' })
  readonly tick!: string;
}

export interface Schedule {
  readonly topic: string;
  readonly ticks: CronTicks;
  readonly missed: 'once' | 'skip';
}

/** Finds the schedule of a method. */
export const scheduleKey = Symbol('schedule');

/**
 * Runs a method of a provider at the moments of a cron expression of five fields, or six with seconds first: once a tick
 * over all processes. A tick is a message, so a run that fails or crashes is repeated.
 *
 *     @Every('0 3 * * *', { zone: 'Europe/Berlin' })
 *     async purge({ tick }: Tick, { key, signal }: Delivery): Promise<void> {}
 *
 * @throws InvalidScheduleError
 */
export function Every(cron: string, options: ScheduleOptions = {}): MethodDecorator {
  const { zone = 'UTC', missed = 'once', timeoutMs = 60_000 } = options;
  return (target, method, descriptor) => {
    const name = options.name ?? `${target.constructor.name}.${String(method)}`;
    const topic = `schedule.${name}`;
    const schedule: Schedule = { topic, ticks: ticksOf(cron, zone, name), missed };
    Delivers({ topic, timeoutMs, concurrency: 1, schema: Tick })(target, method, descriptor);
    SetMetadata(scheduleKey, schedule)(target, method, descriptor);
  };
}

function ticksOf(cron: string, zone: string, name: string): CronTicks {
  try {
    return new CronTicks(cron, zone);
  } catch (error) {
    throw new InvalidScheduleError(name, error);
  }
}
