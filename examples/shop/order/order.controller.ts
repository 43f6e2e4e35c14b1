import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../../src/ddd/resource/index.js';
import { CurrentAccount, SignedIn } from '../../../src/http/access/access.decorators.js';
import { ErrorResponse } from '../../../src/openapi/error-responses.js';
import { RestController } from '../../../src/rest/rest.controller.js';
import { OrderDetails, OrderView } from './order.dto.js';
import { OrderResource } from './order.resource.js';

/** Orders over HTTP: customers see their own, staff with the permission order:read see all. */
@Controller('order')
export class OrderController extends RestController({
  name: 'Order',
  resource: OrderResource,
  verbs: ['retrieve', 'list'],
  access: { retrieve: ['owner', 'order:read'], list: ['owner', 'order:read'] },
  owner: 'ownerId',
  view: OrderView,
  filters: { total: 'integer' },
  orders: ['total'],
}) {
  constructor(private readonly orders: OrderResource) {
    super(orders);
  }

  @Post()
  @SignedIn()
  @ApiTags('Order')
  @ApiOperation({ operationId: 'placeOrder', summary: 'Order place' })
  @ApiCreatedResponse({ type: OrderView })
  @ErrorResponse(409, 'Not enough in stock.')
  @ErrorResponse(422, 'A product is not for sale.')
  async place(@CurrentAccount() { id }: Caller, @Body() details: OrderDetails): Promise<OrderView> {
    return OrderView.of(await this.orders.place(id, details));
  }
}
