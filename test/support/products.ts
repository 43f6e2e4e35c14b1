import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { SqlTableRepository } from '../../src/ddd/repository/sql-table.repository.js';
import { SqlWorker } from '../../src/ddd/worker/sql.worker.js';

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
