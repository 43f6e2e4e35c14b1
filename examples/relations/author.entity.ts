import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('author')
export class Author {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('varchar', { length: 2 })
  country!: string;
}
