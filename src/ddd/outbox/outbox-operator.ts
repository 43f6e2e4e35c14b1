import type { DataSource } from 'typeorm';
import type { Clock } from './clock.js';
import { In } from 'typeorm';
import { OutboxAttempt } from './outbox-attempt.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';
import type { MessageState } from './outbox-message.entity.js';
import { consumerOf, queueOf } from './consumer-name.js';
import type { ConsumerName } from './consumer-name.js';
import { OutboxCopy } from './outbox-copy.entity.js';
import { consumerGoneAfterMs } from './topic-report.js';
import { urgent } from './outbox-queue.js';
import { inQueues, inStates } from './message-conditions.js';
import { returnedRows } from './returned-rows.js';

/** A message without its payload, which only the recipient may see. */
export type MessageView = Omit<OutboxMessage, 'payload' | 'seq'> &
  ConsumerName & {
    /** Whether an operator requested it, so that it is sent even while its topic is held back. */
    readonly isUrgent: boolean;
  };

export interface MessageHistory extends MessageView {
  /** The ids of the same message for the other consumers. */
  readonly copies: readonly string[];
  /** Oldest first. */
  readonly attemptsMade: readonly OutboxAttempt[];
}

export interface Selection {
  readonly limit: number;
  readonly state?: MessageState;
  /** All consumers of a topic. */
  readonly topic?: string;
  readonly consumer?: string;
  /** Those recorded last come first. */
  readonly newest?: boolean;
}

const undelivered: readonly MessageState[] = ['pending', 'leased', 'dead'];
const ended: readonly MessageState[] = ['done', 'discarded'];
const retryBatchSize = 1_000;

/** What an operator may see and do about messages while couriers run. */
export class OutboxOperator {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Undelivered messages first, then finished ones; within each group in the order of recording, or reversed. */
  async list({ limit, state, topic, consumer, newest = false }: Selection): Promise<MessageView[]> {
    const messages: OutboxMessage[] = [];
    for (const states of state ? [[state]] : [undelivered, ended]) {
      if (messages.length >= limit) break;
      messages.push(
        ...(await this.dataSource.manager.find(OutboxMessage, {
          where: {
            ...(states.includes('done') ? { state: In(states) } : inStates(states)),
            ...inQueues(topic, consumer),
          },
          order: { seq: newest ? 'DESC' : 'ASC' },
          take: limit - messages.length,
        })),
      );
    }
    return messages.map(viewOf);
  }

  /** @returns null when there is no such message */
  async show(id: string): Promise<MessageHistory | null> {
    const { manager } = this.dataSource;
    const message = await manager.findOneBy(OutboxMessage, { id });
    if (!message) return null;
    const attemptsMade = await manager.find(OutboxAttempt, {
      where: { messageId: id },
      order: { number: 'ASC' },
    });
    return { ...viewOf(message), copies: await this.#copiesOf(id), attemptsMade };
  }

  async #copiesOf(id: string): Promise<string[]> {
    const { manager } = this.dataSource;
    const recordedId = (await manager.findOneBy(OutboxCopy, { messageId: id }))?.recordedId ?? id;
    const copies = await manager.findBy(OutboxCopy, { recordedId });
    return [recordedId, ...copies.map(({ messageId }) => messageId)].filter((each) => each !== id);
  }

  /**
   * Makes a dead message pending again, or a waiting one due now; its id stays. It precedes all others, and serves as a
   * probe while the topic is held back. @returns whether there was one
   */
  async retry(id: string): Promise<boolean> {
    const now = this.clock.now();
    const retried = await returnedRows(
      this.dataSource,
      this.dataSource.sql`
        UPDATE outbox_message SET attempts = CASE state WHEN 'dead' THEN 0 ELSE attempts END, state = 'pending',
          available_at = ${urgent}, changed_at = ${now}
        WHERE id = ${id} AND state IN ('dead', 'pending') RETURNING id`,
    );
    return retried.length > 0;
  }

  /**
   * Makes every dead message, or every one of a topic, pending again, in short batches. The first of each consumer
   * is sent immediately even while it is held back. @returns how many
   */
  async retryDead(topic?: string): Promise<number> {
    const probes = new Map<string, string>();
    let count = 0;
    let after = 0;
    for (;;) {
      const now = this.clock.now();
      const retried = await returnedRows<{ seq: string | number; id: string; topic: string }>(
        this.dataSource,
        this.dataSource.sql`
          UPDATE outbox_message SET attempts = 0, state = 'pending', available_at = ${now}, changed_at = ${now}
          WHERE state = 'dead' AND seq IN (
            SELECT seq FROM outbox_message WHERE state = 'dead' AND seq > ${after}
              AND (topic = ${topic ?? ''} OR substr(topic, 1, ${(topic ?? '').length + 1}) = ${`${topic ?? ''}#`}
                OR ${() => (topic === undefined ? '1 = 1' : '1 = 0')})
            ORDER BY seq LIMIT ${retryBatchSize})
          RETURNING seq, id, topic`,
      );
      if (!retried.length) break;
      count += retried.length;
      for (const message of retried) if (!probes.has(message.topic)) probes.set(message.topic, message.id);
      // Only forward: a message that dies again meanwhile is not retried again.
      after = Math.max(...retried.map(({ seq }) => Number(seq)));
    }
    for (const id of probes.values())
      await this.dataSource.sql`
        UPDATE outbox_message SET available_at = ${urgent} WHERE id = ${id} AND state = 'pending' AND attempts = 0`;
    return count;
  }

  /** Ends a dead or waiting message undelivered, and drops its payload. @returns whether there was one */
  async discard(id: string): Promise<boolean> {
    const now = this.clock.now();
    const discarded = await returnedRows(
      this.dataSource,
      this.dataSource.sql`
        UPDATE outbox_message SET state = 'discarded', payload = NULL, done_at = ${now}, changed_at = ${now}
        WHERE id = ${id} AND state IN ('dead', 'pending') RETURNING id`,
    );
    return discarded.length > 0;
  }

  /**
   * Ends a consumer that no program has any more: nothing is recorded for it from now on, and what it would still have
   * got is discarded. @returns how many messages; undefined when a running program has the consumer
   */
  async unsubscribe(name: ConsumerName): Promise<number | undefined> {
    const { topic, consumer } = name;
    const queue = queueOf(name);
    const now = this.clock.now();
    const [serving]: unknown[] = await this.dataSource.sql`
      SELECT 1 FROM outbox_consumer WHERE topic = ${queue} AND seen_at >= ${now - consumerGoneAfterMs} LIMIT 1`;
    if (serving) return undefined;
    await this.dataSource
      .sql`DELETE FROM outbox_subscription WHERE topic = ${topic} AND consumer = ${consumer}`;
    const discarded = await returnedRows(
      this.dataSource,
      this.dataSource.sql`
        UPDATE outbox_message SET state = 'discarded', payload = NULL, done_at = ${now}, changed_at = ${now}
        WHERE state IN ('dead', 'pending') AND seq IN (
          SELECT seq FROM outbox_message WHERE topic = ${queue} AND state = 'dead'
          UNION ALL SELECT seq FROM outbox_message WHERE topic = ${queue} AND state = 'pending')
        RETURNING id`,
    );
    return discarded.length;
  }
}

/** An urgent message is due since it was requested. */
function viewOf({ payload: _, seq: __, topic: queue, ...message }: OutboxMessage): MessageView {
  const isUrgent = message.availableAt <= urgent;
  return {
    ...message,
    ...consumerOf(queue),
    ...(isUrgent && { availableAt: message.changedAt }),
    isUrgent,
  };
}
