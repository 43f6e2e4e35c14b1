import { Injectable } from '@nestjs/common';
import { Maintenance } from '../timing/index.js';
import { IdempotencyWorker } from './idempotency.worker.js';

const batchSize = 500;
/** Batches per run; the rest follows at the next run. */
const maxBatches = 20;
/** At this level, the scan of expired records conflicts with no request. */
const readCommitted = { isolation: 'READ COMMITTED' } as const;

/** Deletes expired records. */
@Injectable()
export class IdempotencyMaintenance extends Maintenance {
  protected readonly subject = 'Records of idempotency keys';

  constructor(private readonly worker: IdempotencyWorker) {
    super();
  }

  protected async maintain(): Promise<void> {
    for (let batch = 0; batch < maxBatches; batch++)
      if (!(await this.worker.run(({ record }) => record.purge(Date.now(), batchSize), readCommitted)))
        return;
  }
}
