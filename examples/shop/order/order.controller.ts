import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ErrorResponse } from '../../../src/openapi/error-responses.js';
import { OrderDetails, OrderView } from './order.dto.js';
import { OrderResource } from './order.resource.js';
import { Public } from '../../../src/http/access/access.decorators.js';

/** Orders over HTTP. */
@Controller('order')
@Public()
@ApiTags('Order')
export class OrderController {
  constructor(private readonly orders: OrderResource) {}

  @Post()
  @ApiOperation({ operationId: 'placeOrder', summary: 'Order place' })
  @ApiCreatedResponse({ type: OrderView })
  @ErrorResponse(409, 'Not enough in stock.')
  @ErrorResponse(422, 'A product is not for sale.')
  async place(@Body() details: OrderDetails): Promise<OrderView> {
    return OrderView.of(await this.orders.place(details));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'retrieveOrder', summary: 'Order retrieve' })
  @ApiOkResponse({ type: OrderView })
  @ErrorResponse(404, 'No such order.')
  async retrieve(@Param('id') id: string): Promise<OrderView> {
    return OrderView.of(await this.orders.retrieve(id));
  }
}
