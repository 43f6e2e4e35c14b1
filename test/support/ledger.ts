import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';

/** A shared row that every unit reads, and writes back incremented. */
@Entity('account')
export class Account {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer')
  balance!: number;
}

/** What a committed unit leaves. */
@Entity('entry')
export class Entry {
  @PrimaryGeneratedColumn()
  id?: number;

  @Column('integer')
  unit!: number;

  @Column('integer')
  part!: number;
}

export class AccountRepository extends SqlTableRepository<Account> {
  protected readonly entity = Account;
}

export class EntryRepository extends SqlTableRepository<Entry> {
  protected readonly entity = Entry;
}

/** A worker for tests of units of work: one shared row, and rows of each unit's own. */
export class LedgerWorker extends SqlWorker.with({ account: AccountRepository, entry: EntryRepository }) {}

export const ledgerEntities = [Account, Entry];
