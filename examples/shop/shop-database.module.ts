import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Settings } from '../../src/config/settings.js';
import { commitSignal } from '../../src/database/commit-signal.provider.js';
import { createDataSource, dataSourceOf } from '../../src/database/data-source.js';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { CommitSignal, outboxEntities } from '../../src/ddd/outbox/index.js';
import { OrderLine } from './order/order-line.entity.js';
import { Order } from './order/order.entity.js';
import { Product } from './product/product.entity.js';

export const shopEntities = [Product, Order, OrderLine, ...outboxEntities];

/** The data source of the shop, and its tables. (In src this is DatabaseModule, which finds entities by their suffix.) */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ database }: Settings) => createDataSource(database, { entities: shopEntities }).options,
      dataSourceFactory: async (options) => dataSourceOf(options as DataSourceOptions).initialize(),
    }),
  ],
  providers: [commitSignal],
  exports: [CommitSignal],
})
export class ShopDatabaseModule implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await createSchema(this.dataSource);
  }
}
