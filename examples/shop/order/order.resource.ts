import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CollectionResource } from '../../../src/ddd/resource/index.js';
import { ConfirmationWorker } from '../confirmation/confirmation.worker.js';
import { PriceWorker } from '../price/price.worker.js';
import type { OrderLine } from './order-line.entity.js';
import type { Order } from './order.entity.js';
import { NotForSaleError, OutOfStockError } from './order.errors.js';
import { OrderWorker } from './order.worker.js';

/** A requested order. */
export interface Wish {
  readonly email: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

/** An order with its lines. */
export interface PlacedOrder extends Order {
  readonly lines: readonly OrderLine[];
}

/** The rules of buying. Prices are requested before a unit of work begins, never in one. */
@Injectable()
export class OrderResource extends CollectionResource.of(OrderWorker, 'order') {
  constructor(
    private readonly orderWorker: OrderWorker,
    private readonly priceWorker: PriceWorker,
    private readonly confirmationWorker: ConfirmationWorker,
  ) {
    super(orderWorker);
  }

  /**
   * Takes every line from the stock, writes the order and records its confirmation: all or nothing.
   * @throws NotForSaleError, OutOfStockError
   */
  async place(ownerId: string, { email, lines: wanted }: Wish): Promise<PlacedOrder> {
    const id = randomUUID();
    const lines = await this.#priced(id, wanted);
    const total = lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
    return this.orderWorker.run(async ({ product, order, line }, unit) => {
      for (const { productId, quantity } of lines)
        if (!(await product.take(productId, quantity))) throw new OutOfStockError(productId);
      const placed = await order.create({ id, ownerId, email, total });
      await this.confirmationWorker.join(unit, ({ confirmation }) =>
        confirmation.record({ email, order: id, total }),
      );
      return { ...placed, lines: await line.create(lines) };
    });
  }

  /** An order that the caller may see, with its lines. @throws NotFoundError */
  override async retrieve(id: string): Promise<PlacedOrder> {
    const order = await super.retrieve(id);
    const lines = await this.orderWorker.run(({ line }) => line.list({ orderId: id }), { readOnly: true });
    return { ...order, lines };
  }

  /** One line per product with its current price, sorted by product, so that no two orders deadlock. */
  #priced(orderId: string, wanted: Wish['lines']): Promise<OrderLine[]> {
    const quantities = new Map<string, number>();
    for (const { productId, quantity } of wanted)
      quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
    return this.priceWorker.run(({ price }) =>
      Promise.all(
        [...quantities].sort(byProduct).map(async ([productId, quantity]) => {
          const found = await price.find({ id: productId });
          if (!found) throw new NotForSaleError(productId);
          return { orderId, productId, quantity, cents: found.cents };
        }),
      ),
    );
  }
}

const byProduct = ([one]: [string, number], [other]: [string, number]) => (one < other ? -1 : 1);
