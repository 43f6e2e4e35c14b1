import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from '../repository/index.js';

/**
 * A consumer that has been started at least once. From then on every message of its topic has a copy for it, whichever
 * process records it.
 */
@Entity('outbox_subscription')
export class OutboxSubscription {
  @PrimaryColumn('varchar', { length: 100 })
  topic!: string;

  @PrimaryColumn('varchar', { length: 100 })
  consumer!: string;

  /** Epoch milliseconds. */
  @Column(epoch('since'))
  since!: number;
}
