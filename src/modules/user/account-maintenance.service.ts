import { Injectable } from '@nestjs/common';
import { dayMs, Maintenance } from '../../ddd/timing/index.js';
import { RegisterWorker } from './register.worker.js';

const keptMs = 365 * dayMs;
const batchSize = 500;
/** Batches deleted in a row; the rest waits for the next run. */
const maxBatches = 20;
const readCommitted = { isolation: 'READ COMMITTED' } as const;

/** Deletes what is older than a year from the history of accounts, and expired tokens of mails. */
@Injectable()
export class AccountMaintenance extends Maintenance {
  protected readonly subject = 'The history and the mail tokens of accounts';

  constructor(private readonly worker: RegisterWorker) {
    super();
  }

  protected async maintain(): Promise<void> {
    const before = Date.now() - keptMs;
    for (let batch = 0; batch < maxBatches; batch++) {
      const purged = await this.worker.run(
        async ({ history, mailToken }) =>
          (await history.purge(before, batchSize)) + (await mailToken.purge(Date.now(), batchSize)),
        readCommitted,
      );
      if (!purged) return;
    }
  }
}
