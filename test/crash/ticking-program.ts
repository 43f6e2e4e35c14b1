/**
 * A process with a schedule of one second, whose clock its parent sets: `{ shiftMs }`.
 *
 *     node ticking-program.js DATABASE_URL
 */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import type { Schema } from '../../src/database/data-source.js';
import { Every } from '../../src/ddd/outbox/index.js';
import type { Delivery, Tick } from '../../src/ddd/outbox/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { Effect } from './effect.js';
import { shiftClock } from './shifted-clock.js';

class EffectWorker extends SqlWorker.with({ effect: SqlTableRepository.of(Effect) }) {}

const [url = ''] = process.argv.slice(2);

@Injectable()
class Job {
  readonly #worker: EffectWorker;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.#worker = new EffectWorker(dataSource);
  }

  /** A run that is repeated after a crash has no second effect. */
  @Every('* * * * * *', { timeoutMs: 2_000 })
  async run({ tick }: Tick, { key }: Delivery): Promise<void> {
    await this.#worker.idempotently(key, ({ effect }) =>
      effect.create({ id: randomUUID(), consumer: String(process.pid), text: tick.slice(0, 19) }),
    );
  }
}

process.on('message', ({ shiftMs }: { shiftMs: number }) => shiftClock(shiftMs));
// No one is left to end this process when the suite is gone.
process.once('disconnect', () => process.exit(1));
const connect = (entities: NonNullable<Schema['entities']>) =>
  createDataSource(readSettings({ DATABASE_URL: url }).database, { entities }).initialize();
await RunningCourier.start(
  { url, connect, connectWith: () => connect([Effect]), destroy: async () => undefined },
  { entities: [Effect], handlers: [Job], options: { sendTimeoutMs: 2_000, leaseMs: 6_000 } },
);
