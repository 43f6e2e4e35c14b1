import { ProductWorker } from '../product/product.worker.js';
import { OrderLineRepository } from './order-line.repository.js';
import { OrderRepository } from './order.repository.js';

/** Units of work over orders, their lines, and the products that they take from the stock. */
export class OrderWorker extends ProductWorker.with({ order: OrderRepository, line: OrderLineRepository }) {}
