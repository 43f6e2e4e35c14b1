import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { epoch } from '../repository/index.js';

/** `discarded` is what an operator decided not to deliver. */
export type MessageState = 'pending' | 'leased' | 'done' | 'dead' | 'discarded';

const undelivered = `"state" IN ('pending', 'leased')`;

/**
 * A message that a unit of work recorded for delivery. Moments are epoch milliseconds. Each index covers only the rows
 * of one query, so that finished rows slow no query down.
 */
@Entity('outbox_message')
@Check('outbox_message_state', `"state" IN ('pending', 'leased', 'done', 'dead', 'discarded')`)
@Index('outbox_message_due', ['topic', 'availableAt', 'seq'], { where: `"state" = 'pending'` })
@Index('outbox_message_leased', ['leaseUntil'], { where: `"state" = 'leased'` })
@Index('outbox_message_partition', ['partitionKey', 'seq'], {
  where: `${undelivered} AND "partition_key" IS NOT NULL`,
})
@Index('outbox_message_undelivered', ['createdAt'], { where: undelivered })
@Index('outbox_message_dead', ['seq'], { where: `"state" = 'dead'` })
@Index('outbox_message_ended', ['state', 'doneAt'], { where: `"state" IN ('done', 'discarded')` })
export class OutboxMessage {
  /** The order of recording. */
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  seq?: string | number;

  /** The idempotency key: assigned at recording, never changed. */
  @Column('varchar', { length: 36, unique: true })
  id!: string;

  /** The queue of the consumer that it is for: the topic, and `#` and its name if it has one. */
  @Column('varchar', { length: 100 })
  topic!: string;

  /** A consumer gets the messages of one key in order. */
  @Column('varchar', { name: 'partition_key', length: 200, nullable: true })
  partitionKey!: string | null;

  /** JSON; dropped once delivered or discarded. */
  @Column('text', { nullable: true })
  payload!: string | null;

  @Column('varchar', { length: 10 })
  state!: MessageState;

  /** Claims so far; reset when an operator retries a dead message. */
  @Column('integer')
  attempts!: number;

  /** When a pending message becomes due. */
  @Column(epoch('available_at'))
  availableAt!: number;

  @Column('varchar', { name: 'lease_owner', length: 100, nullable: true })
  leaseOwner!: string | null;

  /** Incremented at every claim and never reset, to fence off results of earlier claims. */
  @Column('integer', { name: 'lease_token' })
  leaseToken!: number;

  @Column(epoch('lease_until', { nullable: true }))
  leaseUntil!: number | null;

  @Column('varchar', { name: 'last_error', length: 500, nullable: true })
  lastError!: string | null;

  /** Since when it has been due: when it was recorded, or the later moment that it was recorded for. */
  @Column(epoch('created_at'))
  createdAt!: number;

  /** W3C traceparent of the span that recorded it, so that one trace continues from there; null without tracing. */
  @Column('varchar', { name: 'trace_parent', length: 55, nullable: true })
  traceParent!: string | null;

  /** When its current delay began, at first when it was recorded. A moment in the future reveals a clock set back. */
  @Column(epoch('changed_at'))
  changedAt!: number;

  /** When it was delivered or discarded. */
  @Column(epoch('done_at', { nullable: true }))
  doneAt!: number | null;
}
