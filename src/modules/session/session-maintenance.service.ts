import { Injectable } from '@nestjs/common';
import { dayMs, Maintenance } from '../../ddd/timing/index.js';
import { SigningKeys } from './key/signing-keys.service.js';
import { SessionWorker } from './session.worker.js';

/** How long an expired session is kept, as a record of how it ended. */
const keptMs = 30 * dayMs;
const batchSize = 500;

/** Maintains sessions and keys; the database arbitrates between processes. */
@Injectable()
export class SessionMaintenance extends Maintenance {
  protected readonly subject = 'Sessions and keys';

  constructor(
    private readonly keys: SigningKeys,
    private readonly worker: SessionWorker,
  ) {
    super();
  }

  protected async maintain(): Promise<void> {
    await this.keys.maintain();
    await this.#purge();
  }

  /** Deletes one batch of old sessions; the rest follows at the next run. */
  async #purge(): Promise<void> {
    const expiresAt = { lt: Date.now() - keptMs };
    await this.worker.run(async ({ session, refreshToken }) => {
      const expired = await session.list({ expiresAt }, { order: { expiresAt: 'asc' }, limit: batchSize });
      if (!expired.length) return;
      const ids = expired.map(({ id }) => id);
      await refreshToken.drop({ sessionId: { in: ids } });
      await session.drop({ id: { in: ids } });
    });
  }
}
