import { HttpResourceRepository } from '../../../src/ddd/repository/index.js';

/** The unit price of a product. */
export interface Price {
  /** The id of the product. */
  readonly id: string;
  readonly cents: number;
}

/** The prices at the price service. */
export class PriceRepository extends HttpResourceRepository<Price> {
  protected readonly resource = 'price';
}
