import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { outboxModule } from '../../src/database/outbox-module.js';
import { components } from '../../src/ddd/component/index.js';
import { TokenVerifier } from '../../src/http/access/token-verifier.js';
import { AccountTokenVerifier } from './account/account-token.verifier.js';
import { ConfirmationModule } from './confirmation/confirmation.module.js';
import { OrderController } from './order/order.controller.js';
import { OrderResource } from './order/order.resource.js';
import { OrderWorker } from './order/order.worker.js';
import { PriceModule } from './price/price.module.js';
import { ProductController } from './product/product.controller.js';
import { ProductResource } from './product/product.resource.js';
import { ProductWorker } from './product/product.worker.js';
import { ShopDatabaseModule } from './shop-database.module.js';

export interface ShopOptions {
  /** Where the account service is, whose access tokens open the shop. */
  readonly accountServiceUrl: string;
  /** Where the price service is. */
  readonly priceServiceUrl: string;
  /** Where confirmations are sent. */
  readonly notificationServiceUrl: string;
}

/** The assembly: infrastructure, modules, and the resources composed of them. */
@Module({})
export class ShopModule {
  static with({ accountServiceUrl, priceServiceUrl, notificationServiceUrl }: ShopOptions): DynamicModule {
    return {
      module: ShopModule,
      imports: [
        ShopDatabaseModule,
        outboxModule,
        PriceModule.at(priceServiceUrl),
        ConfirmationModule.at(notificationServiceUrl),
      ],
      controllers: [ProductController, OrderController],
      providers: [
        ...components(ProductWorker, OrderWorker, ProductResource, OrderResource).providers,
        { provide: TokenVerifier, useFactory: () => new AccountTokenVerifier(accountServiceUrl) },
      ],
    };
  }
}
