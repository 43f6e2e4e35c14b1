import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody has bought. */
@Entity('order')
export class Order {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 254 })
  email!: string;

  /** In cents. */
  @Column('integer')
  total!: number;
}
