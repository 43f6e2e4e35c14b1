import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { Product } from '../../testing/product.js';

export { Product };

export class ProductRepository extends SqlTableRepository<Product> {
  protected readonly entity = Product;

  /** A product, unless its id or sku is taken. */
  createUnlessTaken(product: Product): Promise<Product | null> {
    return this.createUnlessExists(product);
  }

  /** Takes the discount off whatever costs more than it. */
  async discount(sku: string, by: number): Promise<number> {
    const { id, price } = await this.retrieve({ sku });
    return this.update({ price: price - by }, { id, price: { gt: by } });
  }
}

/** Units of work over the products. */
export class CatalogWorker extends SqlWorker.with({ product: ProductRepository }) {}

export const catalogEntities = [Product];
