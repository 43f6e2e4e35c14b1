import { Injectable } from '@nestjs/common';
import { Maintenance } from '../timing/index.js';
import { LimitCountRepository } from './limit-count.repository.js';

const batchSize = 1_000;
/** Batches in a row; the rest waits for the next run. */
const maxBatches = 20;
/** How many counts are kept: about 250 MB on PostgreSQL. */
const maxCounts = 1_000_000;

/** Forgets counts in the database. */
@Injectable()
export class LimitMaintenance extends Maintenance {
  protected readonly subject = 'The counts of limits';
  /** Above this number counts are evicted; locks never are. */
  protected readonly maxCounts: number = maxCounts;

  constructor(private readonly counts: LimitCountRepository) {
    super();
  }

  protected async maintain(): Promise<void> {
    for (let batch = 0; batch < maxBatches; batch++)
      if ((await this.counts.purge(Date.now(), batchSize)) < batchSize) break;
    for (let batch = 0; batch < maxBatches; batch++) {
      const excess = (await this.counts.count()) - this.maxCounts;
      if (excess <= 0) return;
      await this.counts.evict(Date.now(), Math.min(excess, batchSize));
    }
  }
}
