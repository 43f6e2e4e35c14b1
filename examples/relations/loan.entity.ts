import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Which account has which book. */
@Entity('loan')
export class Loan {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Index()
  @ForeignKey('user')
  @Column('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  @ForeignKey('book')
  @Column('varchar', { name: 'book_id', length: 36 })
  bookId!: string;
}
