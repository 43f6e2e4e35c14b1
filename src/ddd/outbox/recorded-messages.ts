import type { EntitySubscriberInterface, InsertEvent, QueryRunner, TransactionCommitEvent } from 'typeorm';
import { OutboxMessage } from './outbox-message.entity.js';

/** Notices the messages that this process commits, whichever repository recorded them. */
export class RecordedMessages implements EntitySubscriberInterface<OutboxMessage> {
  readonly #open = new WeakSet<QueryRunner>();

  constructor(private readonly committed: () => void) {}

  listenTo() {
    return OutboxMessage;
  }

  afterInsert({ queryRunner }: InsertEvent<OutboxMessage>): void {
    if (queryRunner.isTransactionActive) this.#open.add(queryRunner);
    else this.committed();
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    if (this.#open.delete(queryRunner)) this.committed();
  }
}
