import { Column, DeleteDateColumn, Entity, ForeignKey, Index, PrimaryColumn, VersionColumn } from 'typeorm';

@Entity('book')
export class Book {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 200 })
  title!: string;

  @Column('integer')
  pages!: number;

  @Index()
  @ForeignKey('author')
  @Column('varchar', { name: 'author_id', length: 36 })
  authorId!: string;

  @VersionColumn()
  version?: number;

  @DeleteDateColumn({ name: 'deleted_at' })
  deletedAt?: Date | null;
}
