import { HttpResourceRepository } from '../../../src/ddd/repository/index.js';

/** What one piece of a product costs. */
export interface Price {
  /** The product's. */
  readonly id: string;
  readonly cents: number;
}

/** The prices, which the price service keeps. */
export class PriceRepository extends HttpResourceRepository<Price> {
  protected readonly resource = 'price';
}
