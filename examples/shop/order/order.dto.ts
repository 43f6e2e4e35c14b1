import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsEmail, ValidateNested } from 'class-validator';
import { HasLength, IsInteger, IsText, IsUuid } from '../../../src/ddd/field/index.js';
import type { Order } from './order.entity.js';
import type { PlacedOrder } from './order.resource.js';

/** A product and the wanted quantity. */
export class WantedLine {
  @ApiProperty({ format: 'uuid' })
  @IsUuid()
  readonly productId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100, example: 1 })
  @IsInteger(1, 100)
  readonly quantity!: number;
}

/** The body of a request that places an order. */
export class OrderDetails {
  @ApiProperty({ format: 'email', example: 'john@example.com' })
  @IsText()
  @HasLength(3, 254)
  @IsEmail({}, { message: 'Must be an e-mail address' })
  readonly email!: string;

  @ApiProperty({ type: [WantedLine], minItems: 1, maxItems: 20 })
  @IsArray({ message: 'Must be a list' })
  @ArrayMinSize(1, { message: 'Must not be empty' })
  @ArrayMaxSize(20, { message: 'Must have at most 20 lines' })
  @ValidateNested({ each: true, message: 'Must be a list of objects' })
  @Type(() => WantedLine)
  readonly lines!: WantedLine[];
}

export class OrderLineView {
  @ApiProperty()
  readonly productId!: string;

  @ApiProperty({ type: 'integer' })
  readonly quantity!: number;

  @ApiProperty({ type: 'integer', description: 'Unit price' })
  readonly cents!: number;
}

/** An order as its buyer sees it, and staff. */
export class OrderView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty({ type: 'integer', description: 'In cents' })
  readonly total!: number;

  @ApiPropertyOptional({ type: [OrderLineView], description: 'Left out of lists' })
  readonly lines?: OrderLineView[];

  static of({ id, total, lines }: Order & Partial<PlacedOrder>): OrderView {
    const shown = lines?.map(({ productId, quantity, cents }) => ({ productId, quantity, cents }));
    return { id, total, ...(shown && { lines: shown }) };
  }
}
