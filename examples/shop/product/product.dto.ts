import { ApiProperty, PartialType } from '@nestjs/swagger';
import { IsInt, Min } from 'class-validator';
import { HasLength, IsText } from '../../../src/http/validation/text.rules.js';
import type { Product } from './product.entity.js';

/** What a product is made from. */
export class ProductDetails {
  @ApiProperty({ example: 'Lamp' })
  @IsText()
  @HasLength(1, 100)
  readonly name!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 5 })
  @IsInt({ message: 'Must be a whole number' })
  @Min(0, { message: 'Must not be negative' })
  readonly stock!: number;
}

export class ProductChanges extends PartialType(ProductDetails) {}

/** A product as everybody sees it. */
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
