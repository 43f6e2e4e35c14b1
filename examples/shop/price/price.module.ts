import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HttpClientModule, components } from '../../../src/ddd/component/index.js';
import { PriceWorker } from './price.worker.js';

/** Prices, from the price service. */
@Module({})
export class PriceModule {
  /** @param baseURL where the price service is */
  static at(baseURL: string): DynamicModule {
    const client = HttpClientModule.with({ useFactory: () => ({ baseURL, timeout: 2_000 }) });
    return { module: PriceModule, imports: [client], ...components(PriceWorker) };
  }
}
