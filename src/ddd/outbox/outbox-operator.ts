import type { DataSource } from 'typeorm';
import type { Clock } from './clock.js';
import { OutboxAttempt } from './outbox-attempt.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';
import type { MessageState } from './outbox-message.entity.js';
import { returnedRows } from './returned-rows.js';

/** A message without its payload, which is nobody's business but the recipient's. */
export type MessageView = Omit<OutboxMessage, 'payload' | 'seq'>;

export interface MessageHistory extends MessageView {
  /** Oldest first. */
  readonly attemptsMade: readonly OutboxAttempt[];
}

const retriedAtOnce = 1_000;

/** What a person may see and do about messages while couriers are at work. */
export class OutboxOperator {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The messages recorded first. */
  async list(limit: number, state?: MessageState): Promise<MessageView[]> {
    const messages = await this.dataSource.manager.find(OutboxMessage, {
      where: state ? { state } : {},
      order: { seq: 'ASC' },
      take: limit,
    });
    return messages.map(withoutPayload);
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
    return { ...withoutPayload(message), attemptsMade };
  }

  /** Makes a dead message pending again, or a waiting one due now; its id stays. @returns whether there was one */
  async retry(id: string): Promise<boolean> {
    const now = this.clock.now();
    const retried = await returnedRows(
      this.dataSource,
      this.dataSource.sql`
        UPDATE outbox_message SET attempts = CASE state WHEN 'dead' THEN 0 ELSE attempts END, state = 'pending',
          available_at = ${now}, changed_at = ${now}
        WHERE id = ${id} AND state IN ('dead', 'pending') RETURNING id`,
    );
    return retried.length > 0;
  }

  /** Makes every dead message pending again, in batches that nobody has to wait for. @returns how many */
  async retryAllDead(): Promise<number> {
    let count = 0;
    let after = 0;
    for (;;) {
      const now = this.clock.now();
      const retried = await returnedRows<{ seq: string | number }>(
        this.dataSource,
        this.dataSource.sql`
          UPDATE outbox_message SET attempts = 0, state = 'pending', available_at = ${now}, changed_at = ${now}
          WHERE state = 'dead' AND seq IN (
            SELECT seq FROM outbox_message WHERE state = 'dead' AND seq > ${after}
            ORDER BY seq LIMIT ${retriedAtOnce})
          RETURNING seq`,
      );
      if (!retried.length) return count;
      count += retried.length;
      // Onwards only: what dies again meanwhile is not retried for ever.
      after = Math.max(...retried.map(({ seq }) => Number(seq)));
    }
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
}

function withoutPayload({ payload: _, seq: __, ...message }: OutboxMessage): MessageView {
  return message;
}
