import { Injectable } from '@nestjs/common';
import { Maintenance } from '../timing/index.js';
import { buildRepository } from './repository-classes.js';
import { InboxRecordRepository } from './inbox-record.repository.js';
import { SqlWorker } from './sql.worker.js';

const batchSize = 500;
/** Batches deleted in a row; the rest waits for the next run. */
const maxBatches = 20;

/** Deletes the expired records of work that was done idempotently. */
@Injectable()
export class InboxMaintenance extends Maintenance {
  protected readonly subject = 'Records of the inbox';

  constructor(private readonly worker: SqlWorker) {
    super();
  }

  protected async maintain(): Promise<void> {
    for (let batch = 0; batch < maxBatches; batch++) {
      const purged = await this.worker.run(
        (_, unit) => buildRepository(InboxRecordRepository, unit).purge(Date.now(), batchSize),
        { isolation: 'READ COMMITTED' },
      );
      if (!purged) return;
    }
  }
}
