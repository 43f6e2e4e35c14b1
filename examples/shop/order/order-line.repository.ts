import { SqlTableRepository } from '../../../src/ddd/repository/index.js';
import { OrderLine } from './order-line.entity.js';

/** The lines of all orders. */
export class OrderLineRepository extends SqlTableRepository<OrderLine> {
  protected readonly entity = OrderLine;
}
