import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { epoch } from '../../../ddd/outbox/index.js';

/** What happens to an account. */
export type AccountEventKind =
  | 'created'
  | 'sign-up-repeated'
  | 'proven'
  | 'activated'
  | 'deactivated'
  | 'signed-in'
  | 'guesses-refused'
  | 'unlocked'
  | 'password-reset'
  | 'password-changed'
  | 'profile-changed'
  | 'email-change-requested'
  | 'email-changed'
  | 'email-restored'
  | 'permission-granted'
  | 'permission-revoked'
  | 'sessions-ended'
  | 'exported'
  | 'erased';

/** The account's own person, an operator at the command line, or the program by a rule. */
export type Actor = 'person' | 'operator' | 'program';

/** An entry of an account's history. Contains nothing personal beyond the id of the account, so it outlives the account. */
@Entity('account_event')
@Index('account_event_account', ['accountId', 'seq'])
@Index('account_event_age', ['at'])
export class AccountEvent {
  /** The order of recording. */
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  seq?: string | number;

  @Column('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  @Column('varchar', { length: 40 })
  kind!: AccountEventKind;

  @Column('varchar', { length: 10 })
  actor!: Actor;

  /** Which permission, or why sessions ended. */
  @Column('varchar', { length: 100, nullable: true })
  detail!: string | null;

  /** How many sessions, or guesses. */
  @Column('integer', { nullable: true })
  count!: number | null;

  /** Epoch milliseconds. */
  @Column(epoch('at'))
  at!: number;
}
