import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something for sale, with a field of every kind that can be filtered by. */
@Entity('product')
@Index(['price', 'id'])
@Index(['name', 'id'])
@Index(['rating', 'id'])
export class Product {
  @PrimaryColumn({ type: 'varchar', length: 36, collation: 'C' })
  id!: string;

  @Column({ type: 'varchar', length: 40, unique: true, collation: 'C' })
  sku!: string;

  @Column({ type: 'varchar', length: 100, collation: 'C' })
  name!: string;

  @Column('integer')
  price!: number;

  @Column('boolean', { default: true })
  active?: boolean;

  @Column('float', { nullable: true })
  rating?: number | null;

  @Column('varchar', { length: 200, nullable: true })
  note?: string | null;
}
