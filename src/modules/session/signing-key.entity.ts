import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../../ddd/outbox/index.js';

/** A `next` key is published, a `current` one signs, a `retired` one only verifies, and a `revoked` one is refused. */
export type KeyState = 'next' | 'current' | 'retired' | 'revoked';

/** A key pair that access tokens are signed with. Times are epoch milliseconds. */
@Entity('signing_key')
@Check('signing_key_state', `"state" IN ('next', 'current', 'retired', 'revoked')`)
@Index('signing_key_in_office', ['state'], { unique: true, where: `"state" IN ('next', 'current')` })
export class SigningKey {
  /** The `kid` of its tokens. */
  @PrimaryColumn('varchar', { length: 32 })
  id!: string;

  /** The x of the JWK, in base64url. */
  @Column('varchar', { name: 'public_key', length: 43 })
  publicKey!: string;

  /** Encrypted with KEY_SECRET; null once it no longer signs. */
  @Column('varchar', { name: 'private_key', length: 500, nullable: true })
  privateKey!: string | null;

  @Column('varchar', { length: 10 })
  state!: KeyState;

  @Column(epoch('created_at'))
  createdAt!: number;

  /** When it began to sign. */
  @Column(epoch('activated_at', { nullable: true }))
  activatedAt!: number | null;

  /** When it was retired or revoked. */
  @Column(epoch('ended_at', { nullable: true }))
  endedAt!: number | null;
}
