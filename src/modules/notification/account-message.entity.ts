import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../../ddd/outbox/index.js';

/** Which account a recorded mail is for. */
@Entity('account_message')
@Index('account_message_account', ['accountId', 'recordedAt'])
@Index('account_message_age', ['recordedAt'])
export class AccountMessage {
  /** The id of the message in the outbox, which is its Idempotency-Key. */
  @PrimaryColumn('varchar', { name: 'message_id', length: 36 })
  messageId!: string;

  @Column('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  /** Epoch milliseconds. */
  @Column(epoch('recorded_at'))
  recordedAt!: number;
}
