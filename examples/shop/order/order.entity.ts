import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An order. */
@Entity('order')
export class Order {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  /** The account that placed it. */
  @Column('varchar', { name: 'owner_id', length: 36 })
  ownerId!: string;

  @Column('varchar', { length: 254 })
  email!: string;

  /** In cents. */
  @Column('integer')
  total!: number;
}
