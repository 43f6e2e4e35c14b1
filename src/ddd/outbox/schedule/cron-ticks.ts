import { Cron } from 'croner';

/** The moments that a cron expression names in a time zone. Moments are epoch milliseconds. */
export class CronTicks {
  readonly #cron: Cron;

  /** @throws Error when the expression or the zone is none, or no moment ever matches */
  constructor(expression: string, zone: string) {
    this.#cron = new Cron(expression, { timezone: zone, paused: true });
    if (!this.#cron.nextRun()) throw new Error(`no moment matches "${expression}"`);
  }

  /** The first after a moment. */
  next(after: number): number {
    return this.#cron.nextRun(new Date(after))?.getTime() ?? Infinity;
  }

  /** The last at or before a moment. */
  last(at: number): number {
    return this.#cron.previousRuns(1, new Date(at + 1))[0]?.getTime() ?? -Infinity;
  }

  /** All after a moment, up to another. */
  between(after: number, until: number): number[] {
    const ticks: number[] = [];
    for (let tick = this.next(after); tick <= until; tick = this.next(tick)) ticks.push(tick);
    return ticks;
  }
}
