import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../outbox/index.js';

/** What is counted for one key of a limit. */
@Entity('limit_count')
@Index('limit_count_expiry', ['expiresAt'])
export class LimitCount {
  /** The name of the limit. */
  @PrimaryColumn('varchar', { length: 40 })
  name!: string;

  /** A keyed hash of each part of the key, so that the table tells nothing about who is counted. */
  @PrimaryColumn('varchar', { length: 100 })
  key!: string;

  @Column('integer')
  count!: number;

  @Column('integer')
  pending!: number;

  /** Epoch milliseconds. */
  @Column(epoch('since'))
  since!: number;

  /** Epoch milliseconds; null for never. */
  @Column(epoch('expires_at', { nullable: true }))
  expiresAt!: number | null;
}
