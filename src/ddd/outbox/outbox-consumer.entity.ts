import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from '../repository/index.js';

/** A process that delivers a topic, as it last reported: for operators, who ask from another process. */
@Entity('outbox_consumer')
export class OutboxConsumer {
  @PrimaryColumn('varchar', { length: 100 })
  owner!: string;

  @PrimaryColumn('varchar', { length: 100 })
  topic!: string;

  @Column(epoch('seen_at'))
  seenAt!: number;

  /** Since when its circuit breaker holds the topic back; null while it does not. */
  @Column(epoch('held_since', { nullable: true }))
  heldSince!: number | null;

  /** From when the next message may go as a probe. */
  @Column(epoch('probe_at', { nullable: true }))
  probeAt!: number | null;

  /** How the last delivery failed. */
  @Column('varchar', { length: 500, nullable: true })
  reason!: string | null;
}
