import { Controller } from '@nestjs/common';
import { RestController } from '../../../src/rest/rest.controller.js';
import { ProductChanges, ProductDetails, ProductView } from './product.dto.js';
import { ProductResource } from './product.resource.js';

/** Products over HTTP. */
@Controller('product')
export class ProductController extends RestController({
  name: 'Product',
  resource: ProductResource,
  verbs: ['create', 'retrieve', 'partialUpdate', 'delete', 'list'],
  access: {
    retrieve: 'public',
    list: 'public',
    create: 'product:write',
    partialUpdate: 'product:write',
    delete: 'product:write',
  },
  view: ProductView,
  body: ProductDetails,
  changes: ProductChanges,
  filters: { name: 'text', stock: 'integer' },
  orders: ['name', 'stock'],
}) {}
