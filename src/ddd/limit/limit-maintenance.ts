import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { LimitCountRepository } from './limit-count.repository.js';

const everyMs = 60_000;
const batchSize = 1_000;
/** Batches in a row; the rest waits for the next run. */
const maxBatches = 20;
/** How many counts are kept: about 250 MB on PostgreSQL. */
const maxCounts = 1_000_000;

/** Forgets counts in the database, in the background. Any process may do it. */
@Injectable()
export class LimitMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(LimitMaintenance.name);
  #timer: NodeJS.Timeout | undefined;
  #run: Promise<void> = Promise.resolve();

  constructor(private readonly counts: LimitCountRepository) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void (this.#run = this.run()), everyMs);
    this.#timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#run;
  }

  /**
   * Never throws: a failure is logged and retried at the next run.
   * @param max counts that are kept; beyond them those go that would be forgotten next, and those of a lock never
   */
  async run(max = maxCounts): Promise<void> {
    try {
      for (let batch = 0; batch < maxBatches; batch++)
        if ((await this.counts.purge(Date.now(), batchSize)) < batchSize) break;
      const excess = (await this.counts.count()) - max;
      if (excess > 0) await this.counts.evict(Math.min(excess, maxBatches * batchSize));
    } catch (error) {
      this.#logger.warn(`The counts of limits could not be purged: ${String(error)}`);
    }
  }
}
