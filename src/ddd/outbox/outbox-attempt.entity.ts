import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from '../repository/index.js';

/** `lost` is an attempt whose process reported nothing before the lease expired. */
export type AttemptOutcome = 'delivered' | 'retry' | 'dead' | 'lost';

/** One attempt at delivering a message. Contains nothing personal. */
@Entity('outbox_attempt')
export class OutboxAttempt {
  @PrimaryColumn('varchar', { name: 'message_id', length: 36 })
  messageId!: string;

  /** The lease token of the claim that it belongs to. */
  @PrimaryColumn('integer')
  number!: number;

  @Column(epoch('started_at'))
  startedAt!: number;

  /** Milliseconds. */
  @Column('integer')
  duration!: number;

  @Column('varchar', { length: 10 })
  outcome!: AttemptOutcome;

  /** HTTP status, if there was a response. */
  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('varchar', { length: 500, nullable: true })
  error!: string | null;
}
