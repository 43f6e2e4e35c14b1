import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { epoch } from './epoch.js';

/** `discarded` is what an operator decided not to deliver. */
export type MessageState = 'pending' | 'leased' | 'done' | 'dead' | 'discarded';

const undelivered = `"state" IN ('pending', 'leased')`;

/**
 * A message that some unit of work recorded, on its way to being delivered. Moments are epoch milliseconds.
 * Each index holds only the rows that one question is about, so that no answer gets slower with the rows that are done.
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

  /** The idempotency key: given at recording, the same for ever. */
  @Column('varchar', { length: 36, unique: true })
  id!: string;

  /** What kind of message it is; says which handler delivers it. */
  @Column('varchar', { length: 100 })
  topic!: string;

  /** Messages of one key are delivered in order. */
  @Column('varchar', { name: 'partition_key', length: 200, nullable: true })
  partitionKey!: string | null;

  /** JSON; dropped once delivered or discarded. */
  @Column('text', { nullable: true })
  payload!: string | null;

  @Column('varchar', { length: 10 })
  state!: MessageState;

  /** Claims so far; begins anew when an operator retries a dead message. */
  @Column('integer')
  attempts!: number;

  /** From when a pending one may be claimed. */
  @Column(epoch('available_at'))
  availableAt!: number;

  @Column('varchar', { name: 'lease_owner', length: 100, nullable: true })
  leaseOwner!: string | null;

  /** Raised at every claim and never set back, so that a claim that came late is known as such. */
  @Column('integer', { name: 'lease_token' })
  leaseToken!: number;

  @Column(epoch('lease_until', { nullable: true }))
  leaseUntil!: number | null;

  @Column('varchar', { name: 'last_error', length: 500, nullable: true })
  lastError!: string | null;

  @Column(epoch('created_at'))
  createdAt!: number;

  /** W3C traceparent of the step that recorded it, so that one trace goes on from there; null when nobody traced. */
  @Column('varchar', { name: 'trace_parent', length: 55, nullable: true })
  traceParent!: string | null;

  /** Since when it waits as it does; one in the future tells of a clock that was set back. */
  @Column(epoch('changed_at'))
  changedAt!: number;

  /** When it was delivered or discarded. */
  @Column(epoch('done_at', { nullable: true }))
  doneAt!: number | null;
}
