import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SqlWorker } from '../worker/index.js';
import { Clock } from './clock.js';
import type { ConsumerName } from './consumer-name.js';
import { OutboxSubscription } from './outbox-subscription.entity.js';
import { copyUndelivered } from './recorded-copies.js';

/** Registers consumers, so that every process records copies of messages for them. */
@Injectable()
export class Subscriptions {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly worker: SqlWorker,
    private readonly clock: Clock,
  ) {}

  /** @param includesEarlier whether a consumer that starts for the first time gets what is still undelivered */
  async subscribe(name: ConsumerName, includesEarlier: boolean): Promise<void> {
    const { topic, consumer } = name;
    if (await this.dataSource.manager.existsBy(OutboxSubscription, { topic, consumer })) return;
    if (!includesEarlier) {
      await this.#insert(this.dataSource, name);
      return;
    }
    // Serializable, so that a message that is recorded meanwhile has a copy either way.
    await this.worker.run(async (_, { manager }) => {
      if (await this.#insert(manager, name)) await copyUndelivered(manager, name, this.clock.now());
    });
  }

  async #insert(on: Pick<DataSource, 'sql'>, { topic, consumer }: ConsumerName): Promise<boolean> {
    const added: unknown[] = await on.sql`
      INSERT INTO outbox_subscription (topic, consumer, since) VALUES (${topic}, ${consumer}, ${this.clock.now()})
      ON CONFLICT (topic, consumer) DO NOTHING RETURNING topic`;
    return added.length > 0;
  }
}
