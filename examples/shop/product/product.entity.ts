import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something for sale, and how many of it are left. What it costs is the price service's business. */
@Entity('product')
export class Product {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 100 })
  name!: string;

  @Column('integer')
  stock!: number;
}
