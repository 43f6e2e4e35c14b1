import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from './epoch.js';

/** `lost` is an attempt whose process told nothing before the lease ran out. */
export type AttemptOutcome = 'delivered' | 'retry' | 'dead' | 'lost';

/** One try at delivering a message. Holds nothing personal. */
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

  /** HTTP status, where there was an answer. */
  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('varchar', { length: 500, nullable: true })
  error!: string | null;
}
