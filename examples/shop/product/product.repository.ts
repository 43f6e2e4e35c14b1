import { SqlTableRepository } from '../../../src/ddd/repository/index.js';
import { Product } from './product.entity.js';

/** The products. */
export class ProductRepository extends SqlTableRepository<Product> {
  protected readonly entity = Product;

  /** Takes pieces out of the stock, if no one has changed it since it was read. @returns whether there were enough */
  async take(id: string, quantity: number): Promise<boolean> {
    const product = await this.find({ id });
    if (!product || product.stock < quantity) return false;
    return (await this.update({ stock: product.stock - quantity }, { id, stock: product.stock })) === 1;
  }
}
