import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product and its stock. Its price comes from the price service. */
@Entity('product')
export class Product {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 100 })
  name!: string;

  @Column('integer')
  stock!: number;
}
