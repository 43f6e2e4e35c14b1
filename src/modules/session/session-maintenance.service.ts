import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { SigningKeys } from './key/signing-keys.service.js';
import { SessionWorker } from './session.worker.js';

const everyMs = 60_000;
const day = 86_400_000;
/** How long an ended session is kept, as a record of how it ended. */
const keptMs = 30 * day;
const batchSize = 500;

/** Maintains sessions and keys in the background. Any process may do it; the database arbitrates. */
@Injectable()
export class SessionMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(SessionMaintenance.name);
  #timer: NodeJS.Timeout | undefined;
  #run: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: SigningKeys,
    private readonly worker: SessionWorker,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void (this.#run = this.run()), everyMs);
    this.#timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#run;
  }

  /** Never throws: a failure is logged and retried at the next run. */
  async run(): Promise<void> {
    try {
      await this.keys.maintain();
      await this.#purge();
    } catch (error) {
      this.#logger.warn(`Sessions and keys could not be maintained: ${String(error)}`);
    }
  }

  /** Deletes one batch of old sessions; the rest follows at the next run. */
  async #purge(): Promise<void> {
    const expiresAt = { lt: Date.now() - keptMs };
    await this.worker.run(async ({ session, refreshToken }) => {
      const over = await session.list({ expiresAt }, { order: { expiresAt: 'asc' }, limit: batchSize });
      if (!over.length) return;
      const ids = over.map(({ id }) => id);
      await refreshToken.drop({ sessionId: { in: ids } });
      await session.drop({ id: { in: ids } });
    });
  }
}
