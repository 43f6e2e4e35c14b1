import { SqlWorker } from '../../../src/ddd/worker/index.js';
import { ProductRepository } from './product.repository.js';

/** Units of work over the products. */
export class ProductWorker extends SqlWorker.with({ product: ProductRepository }) {}
