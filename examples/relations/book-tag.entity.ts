import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Which book has which tag. */
@Entity('book_tag')
export class BookTag {
  @ForeignKey('book', { onDelete: 'CASCADE' })
  @PrimaryColumn('varchar', { name: 'book_id', length: 36 })
  bookId!: string;

  @Index()
  @PrimaryColumn('varchar', { length: 50 })
  tag!: string;
}
