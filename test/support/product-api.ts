import type { AddressInfo } from 'node:net';
import { Controller, Injectable, Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { DataSource } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import { applyHttpRules } from '../../src/http/http.setup.js';
import { createLogger } from '../../src/http/logging/logger.js';
import { HasLength, IsAnyNumber, IsInteger, IsText, IsTrueOrFalse } from '../../src/ddd/field/index.js';
import { serveOpenApi } from '../../src/openapi/openapi.setup.js';
import type { Verb } from '../../src/rest/rest-options.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { CatalogWorker } from './products.js';
import type { Product } from './products.js';

/** The body of a request that creates a product. */
export class ProductDetails {
  @ApiPropertyOptional()
  @IsOptional()
  @IsText()
  readonly id?: string;

  @ApiProperty({ example: 'lamp-1' })
  @IsText()
  @HasLength(1, 40)
  readonly sku!: string;

  @ApiProperty({ example: 'Lamp' })
  @IsText()
  @HasLength(1, 100)
  readonly name!: string;

  @ApiProperty({ type: 'integer', example: 10 })
  @IsInteger()
  readonly price!: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsTrueOrFalse()
  readonly active?: boolean;

  @ApiPropertyOptional({ type: 'number', nullable: true })
  @IsOptional()
  @IsAnyNumber()
  readonly rating?: number | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsText()
  readonly note?: string | null;
}

export class ProductChanges extends PartialType(ProductDetails, { skipNullProperties: false }) {}

/** A product as the API returns it. */
export class ProductView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly sku!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ type: 'integer' })
  readonly price!: number;

  @ApiProperty()
  readonly active!: boolean;

  @ApiProperty({ oneOf: [{ type: 'number' }, { type: 'null' }] })
  readonly rating!: number | null;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'null' }] })
  readonly note!: string | null;

  static of({ id, sku, name, price, active = true, rating = null, note = null }: Product): ProductView {
    return { id, sku, name, price, active, rating, note };
  }
}

/** Public access to each of these verbs. */
export const openTo = <Declared extends Verb>(...verbs: readonly Declared[]) =>
  Object.fromEntries(verbs.map((verb) => [verb, 'public'])) as Record<Declared, 'public'>;

export const everyVerb = [
  ...(['create', 'retrieve', 'update', 'partialUpdate', 'delete'] as const),
  ...(['list', 'replace', 'partialReplace', 'drop'] as const),
];

@Injectable()
export class ProductResource extends CollectionResource.of(CatalogWorker, 'product') {}

@Controller('product')
export class ProductController extends RestController({
  name: 'Product',
  resource: ProductResource,
  verbs: everyVerb,
  access: openTo(...everyVerb),
  view: ProductView,
  body: ProductDetails,
  changes: ProductChanges,
  unique: ['sku'],
  filters: {
    id: 'text',
    sku: 'text',
    name: 'text',
    price: 'number',
    active: 'boolean',
    rating: 'number',
    note: 'text',
  },
  orders: ['id', 'sku', 'name', 'price', 'active', 'rating', 'note'],
}) {}

export interface Api {
  readonly app: NestExpressApplication;
  readonly url: string;
}

/** Starts a real server with the real HTTP rules over a database. */
export async function startApi(
  database: DataSource | InMemoryDatabase,
  controllers = [ProductController] as (new (...parts: never[]) => object)[],
  more: readonly Provider[] = [],
): Promise<Api> {
  const worker =
    database instanceof InMemoryDatabase ? database.worker(CatalogWorker) : new CatalogWorker(database);

  @Module({
    controllers,
    providers: [{ provide: CatalogWorker, useValue: worker }, ProductResource, ...more],
  })
  class CatalogModule {}

  const adapter = new HttpAdapter();
  const app = await NestFactory.create<NestExpressApplication>(CatalogModule, adapter, {
    bodyParser: false,
    logger: false,
  });
  // A test sends no more requests when it closes the app, which need not wait for them.
  adapter.onClosing(async () => adapter.getHttpServer().closeIdleConnections());
  applyHttpRules(
    app,
    { bodyLimitBytes: 1_048_576, shutdownGraceMs: 10_000, keepAliveTimeoutMs: 65_000 },
    createLogger({ level: 'silent', format: 'json' }),
  );
  serveOpenApi(app, () => undefined);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}` };
}
