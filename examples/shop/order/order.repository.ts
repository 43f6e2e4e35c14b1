import { SqlTableRepository } from '../../../src/ddd/repository/index.js';
import { Order } from './order.entity.js';

/** The orders. */
export class OrderRepository extends SqlTableRepository<Order> {
  protected readonly entity = Order;
}
