import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epoch } from '../outbox/index.js';

/** A request with a key: first the claim to execute it, then its response. Times are epoch milliseconds. */
@Entity('idempotency_record')
@Index('idempotency_record_expiry', ['expiresAt'])
export class IdempotencyRecord {
  /** SHA-256 of route, caller and key, in hexadecimal. */
  @PrimaryColumn('varchar', { length: 64 })
  id!: string;

  /** Keyed hash of the content, in hexadecimal. With a bare hash, guesses of a password in it could be tested. */
  @Column('varchar', { length: 64 })
  fingerprint!: string;

  /** Identifies the current execution: only its holder may record a response. */
  @Column('varchar', { name: 'lease_token', length: 36 })
  leaseToken!: string;

  @Column(epoch('lease_until'))
  leaseUntil!: number;

  @Column(epoch('expires_at'))
  expiresAt!: number;

  /** Null while the request is being executed. */
  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('text', { nullable: true })
  body!: string | null;

  @Column('text', { name: 'content_type', nullable: true })
  contentType!: string | null;

  @Column('text', { nullable: true })
  location!: string | null;

  @Column('text', { nullable: true })
  etag!: string | null;
}
