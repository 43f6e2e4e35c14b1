import { Entity } from 'typeorm';
import { IdField, IntegerField, TextField } from '../../../src/ddd/field/index.js';

/** A product and its stock. Its price comes from the price service. */
@Entity('product')
export class Product {
  @IdField() id!: string;
  @TextField({ length: 100, example: 'Lamp' }) name!: string;
  @IntegerField({ min: 0 }) stock!: number;
}
