import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from '../../../ddd/outbox/index.js';

/** An account whose person has proved that they read the mails to its address. */
@Entity('proven_mailbox')
export class ProvenMailbox {
  @PrimaryColumn('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  /** Epoch milliseconds. */
  @Column(epoch('proven_at'))
  provenAt!: number;
}
