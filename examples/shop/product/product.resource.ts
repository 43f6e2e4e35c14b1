import { Injectable } from '@nestjs/common';
import { CollectionResource } from '../../../src/ddd/resource/index.js';
import { ProductWorker } from './product.worker.js';

/** The products as a collection. */
@Injectable()
export class ProductResource extends CollectionResource.of(ProductWorker, 'product') {}
