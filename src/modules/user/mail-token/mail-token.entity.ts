import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../../../ddd/outbox/index.js';

/** What a token from a mail is good for. */
export type MailTokenPurpose = 'verification' | 'reset' | 'email-change' | 'email-undo';

/** A token that a mail carried, once as a link and once as a short code. Neither is stored, only their hashes. */
@Entity('mail_token')
@Index('mail_token_account', ['accountId', 'purpose'])
@Index('mail_token_expiry', ['expiresAt'])
export class MailToken {
  /** The part of the token by which it is found; the rest of it is the secret. */
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  @Column('varchar', { length: 20 })
  purpose!: MailTokenPurpose;

  /** SHA-256 of the secret, in hexadecimal. */
  @Column('varchar', { length: 64 })
  hash!: string;

  /** A keyed hash of the code: there are only a million codes. Null without one, or once a newer request has replaced it. */
  @Column('varchar', { name: 'code_hash', length: 64, nullable: true })
  codeHash!: string | null;

  /** Epoch milliseconds; 0 where there is no code. */
  @Column(epoch('code_expires_at'))
  codeExpiresAt!: number;

  /** Epoch milliseconds. */
  @Column(epoch('expires_at'))
  expiresAt!: number;

  /** Epoch milliseconds. */
  @Column(epoch('created_at'))
  createdAt!: number;

  /** A hash of the state of the account that it was issued for; it dies with that state. */
  @Column('varchar', { name: 'bound_to', length: 64 })
  boundTo!: string;

  /** The address that the token gives the account: a new one, or the one that it had. */
  @Column('varchar', { length: 254, nullable: true })
  email!: string | null;
}
