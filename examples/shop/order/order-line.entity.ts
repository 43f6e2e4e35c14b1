import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Product } from '../product/product.entity.js';
import { Order } from './order.entity.js';

/** A product of an order: the quantity, and the unit price at that time. */
@Entity('order_line')
export class OrderLine {
  @PrimaryColumn('varchar', { name: 'order_id', length: 36 })
  orderId!: string;

  @PrimaryColumn('varchar', { name: 'product_id', length: 36 })
  productId!: string;

  @Column('integer')
  quantity!: number;

  @Column('integer')
  cents!: number;

  @ManyToOne(() => Order, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'order_id' })
  order?: Order;

  @ManyToOne(() => Product)
  @JoinColumn({ name: 'product_id' })
  product?: Product;
}
