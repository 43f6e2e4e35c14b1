import { CodedError } from '../../../src/ddd/error/index.js';

/** The stock of a product is lower than the ordered quantity. */
export class OutOfStockError extends CodedError<'order.out-of-stock'> {
  readonly code = 'order.out-of-stock';

  constructor(readonly productId: string) {
    super(`There is not enough of product ${productId}`);
  }
}

/** The price service has no price for a product. */
export class NotForSaleError extends CodedError<'order.not-for-sale'> {
  readonly code = 'order.not-for-sale';

  constructor(readonly productId: string) {
    super(`Product ${productId} is not for sale`);
  }
}

export type OrderErrorCode = (OutOfStockError | NotForSaleError)['code'];
