import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../../ddd/outbox/index.js';

/** Why a session ended before it expired. */
export type SessionEnd =
  | 'signed-out'
  | 'deactivated'
  | 'reused'
  | 'displaced'
  | 'revoked'
  | 'password-reset'
  | 'password-changed'
  | 'email-restored';

/** A person who is signed in on one client. Times are epoch milliseconds. */
@Entity('session')
@Index('session_live', ['accountId', 'lastUsedAt'], { where: '"ended_at" IS NULL' })
@Index('session_expiry', ['expiresAt'])
export class Session {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  /** Not a foreign key: the account belongs to another module. */
  @Column('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  /** The user agent of the sign-in. */
  @Column('varchar', { length: 200, nullable: true })
  client!: string | null;

  /** When the person proved who they are. */
  @Column(epoch('created_at'))
  createdAt!: number;

  /** Updated by each refresh. */
  @Column(epoch('last_used_at'))
  lastUsedAt!: number;

  /** When it ends unless it is used before. */
  @Column(epoch('expires_at'))
  expiresAt!: number;

  @Column(epoch('ended_at', { nullable: true }))
  endedAt!: number | null;

  @Column('varchar', { name: 'end_reason', length: 20, nullable: true })
  endReason!: SessionEnd | null;
}
