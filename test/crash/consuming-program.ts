/**
 * A process with two consumers of one topic, which dies where it is told to.
 *
 *     node consuming-program.js DATABASE_URL [POINT]
 */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import type { Schema } from '../../src/database/data-source.js';
import { Delivers } from '../../src/ddd/outbox/index.js';
import type { MessageHandler } from '../../src/ddd/outbox/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { letterTopic } from '../support/letters.js';
import type { Letter } from '../support/letters.js';
import { place } from './crash-points.js';
import { Effect } from './effect.js';
import type { ConsumerCrash } from './effect.js';

class EffectWorker extends SqlWorker.with({ effect: SqlTableRepository.of(Effect) }) {}

const [url = '', point = 'nowhere'] = process.argv.slice(2) as [string?, ConsumerCrash?];
const dieAt = (passed: ConsumerCrash) => {
  if (point === passed) process.kill(process.pid, 'SIGKILL');
};

class Consumer implements MessageHandler<Letter> {
  constructor(
    private readonly name: string,
    private readonly dataSource: DataSource,
  ) {}

  async deliver({ text }: Letter): Promise<void> {
    dieAt('before the effect');
    await new EffectWorker(this.dataSource).run(({ effect }) =>
      effect.create({ id: randomUUID(), consumer: this.name, text }),
    );
    dieAt('after the effect');
  }
}

@Injectable()
@Delivers({ topic: letterTopic, concurrency: 1 })
class Mailing extends Consumer {
  constructor(@InjectDataSource() dataSource: DataSource) {
    super('mailing', dataSource);
  }
}

@Injectable()
@Delivers({ topic: letterTopic, consumer: 'ledger', concurrency: 1, exactlyOnce: true })
class Ledger extends Consumer {
  constructor(@InjectDataSource() dataSource: DataSource) {
    super('ledger', dataSource);
  }
}

// No one is left to end this process when the suite is gone.
process.once('disconnect', () => process.exit(1));
if (point === 'after claim' || point === 'inside done' || point === 'after done')
  place({ kind: 'kill', point, nth: 1 });
const connect = (entities: NonNullable<Schema['entities']>) =>
  createDataSource(readSettings({ DATABASE_URL: url }).database, { entities }).initialize();
await RunningCourier.start(
  { url, connect, connectWith: () => connect([Effect]), destroy: async () => undefined },
  { entities: [Effect], handlers: [Mailing, Ledger], options: { sendTimeoutMs: 700, leaseMs: 2_100 } },
);
