import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { IdempotencyWorker } from './idempotency.worker.js';

const everyMs = 60_000;
const batchSize = 500;
/** Batches deleted in a row; the rest waits for the next run. */
const maxBatches = 20;

/** Deletes expired records in the background. Any process may do it. */
@Injectable()
export class IdempotencyMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Idempotency');
  #timer: NodeJS.Timeout | undefined;
  #run: Promise<void> = Promise.resolve();

  constructor(private readonly worker: IdempotencyWorker) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void (this.#run = this.run()), everyMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#run;
  }

  /** Never throws: a failure is logged and retried at the next run. */
  async run(): Promise<void> {
    try {
      for (let batch = 0; batch < maxBatches; batch++)
        if (!(await this.worker.run(({ record }) => record.purge(Date.now(), batchSize)))) return;
    } catch (error) {
      this.#logger.warn(`Expired records could not be deleted: ${String(error)}`);
    }
  }
}
