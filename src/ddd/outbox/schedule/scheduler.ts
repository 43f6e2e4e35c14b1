import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Clock } from '../clock.js';
import { declaredMethods } from '../declared-methods.js';
import { WakeableSleep } from '../wakeable-sleep.js';
import { scheduleKey } from './every.js';
import type { Schedule } from './every.js';
import { TickRecorder } from './tick-recorder.js';

/** The longest sleep, in case the clock is changed. */
const maxSleepMs = 1_000;
/** Ticks that were due longer ago count as missed, even if the process was running. */
const maxLiveMs = 60_000;

/** Records the ticks of the schedules that this program declares with `@Every`. The courier runs their methods. */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Scheduler.name);
  readonly #sleep = new WakeableSleep();
  /** When each schedule was last looked at, on both clocks. */
  readonly #looks = new Map<Schedule, { readonly now: number; readonly elapsed: number }>();
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly recorder: TickRecorder,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
  ) {}

  onApplicationBootstrap(): void {
    const schedules = declaredMethods<Schedule>(this.discovery, scheduleKey).map(
      ({ declaration }) => declaration,
    );
    if (schedules.length) this.#running = this.#run(schedules);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    this.#sleep.wake();
    await this.#running;
  }

  async #run(schedules: readonly Schedule[]): Promise<void> {
    while (!this.#isStopping) {
      for (const schedule of schedules) await this.#look(schedule);
      const now = this.clock.now();
      const nextTick = Math.min(...schedules.map(({ ticks }) => ticks.next(now)));
      await this.#sleep.sleep(Math.min(maxSleepMs, nextTick - now));
    }
  }

  /** A failure leaves its ticks to the next look. */
  async #look(schedule: Schedule): Promise<void> {
    const elapsed = this.clock.elapsed();
    const now = this.clock.now();
    const last = this.#looks.get(schedule);
    // A second more, because the two clocks are not read at one moment; no tick is recorded twice.
    const liveMs = last ? Math.min(maxLiveMs, elapsed - last.elapsed + 1_000) : 0;
    const liveSince = now - liveMs;
    // A clock that was set forward, or a process that was suspended, has passed ticks that are not live.
    const isDue = !last || schedule.ticks.next(Math.min(last.now, liveSince)) <= now;
    try {
      if (isDue) await this.recorder.record(schedule, { now, liveSince });
      this.#looks.set(schedule, { now, elapsed });
    } catch (error) {
      this.#logger.warn(`The ticks of ${schedule.topic} could not be recorded: ${String(error)}`);
    }
  }
}
