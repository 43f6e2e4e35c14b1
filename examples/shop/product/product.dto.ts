import { ApiProperty, PartialType } from '@nestjs/swagger';
import { HasLength, IsText } from '../../../src/http/validation/text.rules.js';
import { IsInteger } from '../../../src/rest/number.rules.js';
import type { Product } from './product.entity.js';

/** The body of a request that creates a product. */
export class ProductDetails {
  @ApiProperty({ example: 'Lamp' })
  @IsText()
  @HasLength(1, 100)
  readonly name!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 5 })
  @IsInteger(0)
  readonly stock!: number;
}

export class ProductChanges extends PartialType(ProductDetails, { skipNullProperties: false }) {}

/** A product as the API returns it. */
export class ProductView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ type: 'integer' })
  readonly stock!: number;

  static of({ id, name, stock }: Product): ProductView {
    return { id, name, stock };
  }
}
