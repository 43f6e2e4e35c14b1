import { Controller } from '@nestjs/common';
import { collectionOf } from '../../../src/rest/collection-of.js';
import { RestController } from '../../../src/rest/rest.controller.js';
import { Product } from './product.entity.js';
import { ProductResource } from './product.resource.js';

/** Products over HTTP. */
@Controller('product')
export class ProductController extends RestController({
  ...collectionOf(Product, ['id', 'name', 'stock']),
  resource: ProductResource,
  verbs: ['create', 'retrieve', 'partialUpdate', 'delete', 'list'],
  access: {
    retrieve: 'public',
    list: 'public',
    create: 'product:write',
    partialUpdate: 'product:write',
    delete: 'product:write',
  },
}) {}
