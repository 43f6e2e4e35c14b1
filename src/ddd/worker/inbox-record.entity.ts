import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../repository/index.js';

/** A key for which work was done: recorded with the effect of the work, so that it is done once. */
@Entity('inbox_record')
@Index('inbox_record_expiry', ['expiresAt'])
export class InboxRecord {
  @PrimaryColumn('varchar', { length: 200 })
  key!: string;

  /** Epoch milliseconds. */
  @Column(epoch('expires_at'))
  expiresAt!: number;
}
