import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../../ddd/outbox/index.js';

/** An issued refresh token. Used ones are kept as long as their session, so that a reuse is recognized. */
@Entity('refresh_token')
@Index('refresh_token_session', ['sessionId', 'generation'], { unique: true })
export class RefreshToken {
  /** SHA-256 of the token, in hexadecimal. */
  @PrimaryColumn('varchar', { length: 64 })
  hash!: string;

  @Column('varchar', { name: 'session_id', length: 36 })
  sessionId!: string;

  /** 0 for the token of the sign-in, and one more at each refresh. */
  @Column('integer')
  generation!: number;

  /** Epoch milliseconds of its first use. */
  @Column(epoch('used_at', { nullable: true }))
  usedAt!: number | null;

  /** Generated at the first use: together with the token, it yields the successor again. */
  @Column('varchar', { name: 'successor_salt', length: 64, nullable: true })
  successorSalt!: string | null;
}
