/**
 * What the types of repositories refuse: each line under @ts-expect-error must not compile, which `npm run types` sees.
 * Real: the contract and its types. Fake: nothing.
 */
import { describe, expect, it } from '@jest/globals';
import { conditionsOf } from '../../src/ddd/repository/index.js';
import type { Filter, Order } from '../../src/ddd/repository/index.js';
import type { Product } from '../support/products.js';

const filter = (requested: Filter<Product>) => conditionsOf(requested);

interface Stocked {
  readonly id: string;
  readonly places: string[];
  readonly since: Date;
  move(): void;
}

describe('Filter', () => {
  it('has the operators that suit the type of a field', () => {
    expect(
      filter({ name: { contains: 'a', startsWith: 'b', gt: 'c', in: ['d'] }, price: { gte: 1 } }),
    ).toHaveLength(5);
    expect(filter({ active: { ne: true }, rating: { isNull: true }, note: null })).toHaveLength(3);
  });

  it('has no other operators', () => {
    // @ts-expect-error text is not searched for in a number
    filter({ price: { contains: '1' } });
    // @ts-expect-error nor in a number that may be empty
    filter({ rating: { startsWith: '1' } });
    // @ts-expect-error yes is not greater than no
    filter({ active: { gt: false } });
    // @ts-expect-error a number is not text
    filter({ name: { in: [1] } });
    // @ts-expect-error a product has no such field
    filter({ colour: 'red' });
    expect(() =>
      // @ts-expect-error there is no such operator
      filter({ name: { like: 'a' } }),
    ).toThrow(/no operator like/);
    expect(() =>
      // @ts-expect-error a field that is not asked for is left out
      filter({ name: undefined }),
    ).toThrow(/name is undefined/);
    expect(() =>
      // @ts-expect-error emptiness is asked for with isNull
      filter({ note: { in: [null] } }),
    ).toThrow(/isNull/);
  });

  it('accepts only fields that hold one plain value', () => {
    const stocked: Filter<Stocked> = { since: { lt: new Date(0) } };
    expect(conditionsOf(stocked)).toEqual([{ field: 'since', operator: 'lt', value: new Date(0) }]);
    // @ts-expect-error a list is not one value
    const place: Filter<Stocked> = { places: ['a'] };
    // @ts-expect-error a method is none
    const order: Order<Stocked> = { move: 'asc' };
    expect([place, order]).toHaveLength(2);
  });
});
