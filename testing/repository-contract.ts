import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AlreadyExistsError,
  IntegrityError,
  InvalidCursorError,
  MultipleRecordsError,
  NotFoundError,
  UnfilteredWriteError,
} from '../src/ddd/repository/index.js';
import type { Filter, Order, Repository } from '../src/ddd/repository/index.js';
import type { Product } from './product.js';

/** A backend under test: a repository of products, over an empty collection. */
export interface RepositoryHarness {
  readonly repository: Repository<Product>;
  close(): Promise<void>;
}

/**
 * What every repository promises, whatever its backend. Run it on a backend of your own, over products.
 *
 *     repositoryContract('Redis', async () => ({ repository: new RedisProducts(client), close: () => client.quit() }));
 */
export function repositoryContract(backend: string, open: () => Promise<RepositoryHarness>): void {
  describe(`Repository on ${backend}`, () => {
    let harness: RepositoryHarness;
    let products: Repository<Product>;

    beforeAll(async () => {
      harness = await open();
      products = harness.repository;
    });
    afterAll(() => harness.close());
    beforeEach(() => products.dropAll());

    const product = (given: Partial<Product> = {}): Product => {
      const id = given.id ?? randomUUID();
      return {
        id,
        sku: `sku-${id}`,
        name: 'Lamp',
        price: 10,
        active: true,
        rating: null,
        note: null,
        ...given,
      };
    };
    const skus = async (filter: Filter<Product>, order: Order<Product> = { sku: 'asc' }) =>
      (await products.list(filter, { order })).map(({ sku }) => sku);

    describe('create', () => {
      it('stores a record and returns it as stored, with defaults and empty fields', async () => {
        const id = randomUUID();
        const created = await products.create({ id, sku: 'a', name: 'Lamp', price: 10 });

        expect({ ...created }).toEqual({
          id,
          sku: 'a',
          name: 'Lamp',
          price: 10,
          active: true,
          rating: null,
          note: null,
        });
        expect({ ...(await products.retrieve({ id })) }).toEqual({ ...created });
      });

      it('stores many records and returns them in the given order', async () => {
        const created = await products.create([product({ sku: 'b' }), product({ sku: 'a' })]);

        expect(created.map(({ sku }) => sku)).toEqual(['b', 'a']);
        expect(await skus({})).toEqual(['a', 'b']);
        expect(await products.create([])).toEqual([]);
      });

      it('stores all of many records, or none', async () => {
        await products.create(product({ sku: 'taken' }));
        const many = products.create([product({ sku: 'a' }), product({ sku: 'taken' })]);

        await expect(many).rejects.toThrow(AlreadyExistsError);
        expect(await skus({})).toEqual(['taken']);
      });

      it('refuses a unique value that is taken, and names resource and constraint', async () => {
        await products.create(product({ sku: 'taken' }));
        const again = products.create(product({ sku: 'taken' }));

        await expect(again).rejects.toThrow(AlreadyExistsError);
        await expect(again).rejects.toMatchObject({ resource: 'product', constraint: 'product.sku' });
      });

      it('refuses an id that is taken', async () => {
        const { id } = await products.create(product());
        const again = products.create(product({ id, sku: 'other' }));

        await expect(again).rejects.toThrow(AlreadyExistsError);
        await expect(again).rejects.toMatchObject({ constraint: 'product.id' });
      });

      it('refuses a record that lacks a field, and names resource and constraint', async () => {
        const { name: _, ...nameless } = product();
        const create = products.create(nameless as Product);

        await expect(create).rejects.toThrow(IntegrityError);
        await expect(create).rejects.toMatchObject({ resource: 'product', constraint: 'product.name' });
      });
    });

    describe('retrieve and find', () => {
      it('give the one record that matches', async () => {
        const { id } = await products.create(product({ sku: 'a', price: 7 }));
        await products.create(product({ sku: 'b' }));

        expect(await products.retrieve({ id })).toMatchObject({ sku: 'a', price: 7 });
        expect(await products.find({ price: { lt: 10 } })).toMatchObject({ id });
      });

      it('when nothing matches, throw NotFoundError with resource and id, and return null', async () => {
        const id = randomUUID();
        const retrieve = products.retrieve({ id });

        await expect(retrieve).rejects.toThrow(NotFoundError);
        await expect(retrieve).rejects.toMatchObject({ resource: 'product', id });
        await expect(products.retrieve({ sku: 'nothing' })).rejects.toThrow(NotFoundError);
        expect(await products.find({ id })).toBeNull();
        expect(await products.find({ sku: 'nothing' })).toBeNull();
      });

      it('refuse more than one match', async () => {
        await products.create([product(), product(), product()]);

        await expect(products.retrieve({ name: 'Lamp' })).rejects.toThrow(MultipleRecordsError);
        await expect(products.find({ name: 'Lamp' })).rejects.toMatchObject({ resource: 'product' });
      });

      it('accept any characters in an id', async () => {
        for (const id of ['a/b', '../up', '100%', 'ä ö', '?x=1#y', '.', '..'])
          await products.create(product({ id, sku: id }));

        for (const id of ['a/b', '../up', '100%', 'ä ö', '?x=1#y'])
          expect(await products.retrieve({ id })).toMatchObject({ id, sku: id });
        await products.delete({ id: '../up' });
        expect(await products.count()).toBe(6);
      });
    });

    describe('update', () => {
      it('changes what matches, and returns how many', async () => {
        await products.create([
          product({ sku: 'a' }),
          product({ sku: 'b' }),
          product({ sku: 'c', price: 99 }),
        ]);

        expect(await products.update({ price: 5, note: 'sale' }, { price: 10 })).toBe(2);
        expect(await skus({ note: 'sale' })).toEqual(['a', 'b']);
        expect(await products.update({ price: 5 }, { sku: 'nothing' })).toBe(0);
        expect(await products.update({ price: 5 }, { id: randomUUID() })).toBe(0);
      });

      it('is a conditional write: the filter decides, by id and more', async () => {
        const { id } = await products.create(product({ active: true }));

        expect(await products.update({ active: false }, { id, active: true })).toBe(1);
        expect(await products.update({ active: false }, { id, active: true })).toBe(0);
      });

      it('empties a field with null, and leaves out what is undefined', async () => {
        const { id } = await products.create(product({ note: 'old', rating: 4.5 }));

        await products.update({ note: null, rating: undefined } as never, { id });
        expect(await products.retrieve({ id })).toMatchObject({ note: null, rating: 4.5 });
        expect(await products.update({}, { id })).toBe(1);
      });

      it('refuses a unique value that is taken', async () => {
        await products.create([product({ sku: 'a' }), product({ sku: 'b' })]);
        const update = products.update({ sku: 'a' }, { sku: 'b' });

        await expect(update).rejects.toThrow(AlreadyExistsError);
        await expect(update).rejects.toMatchObject({ resource: 'product', constraint: 'product.sku' });
      });

      it('without a filter is refused, and allowed by updateAll', async () => {
        await products.create([product(), product()]);

        await expect(products.update({ price: 1 }, {})).rejects.toThrow(UnfilteredWriteError);
        await expect(products.update({ price: 1 }, {})).rejects.toThrow(/updateAll/);
        expect(await products.updateAll({ price: 1 })).toBe(2);
        expect(await products.count({ price: 1 })).toBe(2);
      });
    });

    describe('delete and drop', () => {
      it('delete removes the one record that matches', async () => {
        const { id } = await products.create(product({ sku: 'a' }));
        await products.create(product({ sku: 'b' }));

        await products.delete({ id });
        await products.delete({ sku: 'b' });
        expect(await products.count()).toBe(0);
      });

      it('delete refuses to match none or several', async () => {
        const id = randomUUID();
        await products.create([product(), product()]);

        await expect(products.delete({ id })).rejects.toThrow(NotFoundError);
        await expect(products.delete({ id })).rejects.toMatchObject({ resource: 'product', id });
        await expect(products.delete({ name: 'Lamp' })).rejects.toThrow(MultipleRecordsError);
        expect(await products.count()).toBe(2);
      });

      it('delete without a filter is refused, even when there is only one record', async () => {
        await products.create(product());

        await expect(products.delete({})).rejects.toThrow(UnfilteredWriteError);
        await expect(products.delete({})).rejects.toThrow(/give a filter, or call dropAll/);
        expect(await products.count()).toBe(1);
      });

      it('drop removes all that match, and returns how many', async () => {
        await products.create([product({ price: 1 }), product({ price: 2 }), product({ price: 3 })]);

        expect(await products.drop({ price: { lt: 3 } })).toBe(2);
        expect(await products.drop({ price: { lt: 3 } })).toBe(0);
        expect(await products.count()).toBe(1);
      });

      it('drop without a filter is refused, and allowed by dropAll', async () => {
        await products.create([product(), product()]);

        await expect(products.drop({})).rejects.toThrow(UnfilteredWriteError);
        expect(await products.dropAll()).toBe(2);
      });
    });

    describe('filters', () => {
      beforeEach(() =>
        products.create([
          product({ sku: 'a', price: 1, name: 'Lamp', rating: 1.5, note: null, active: true }),
          product({ sku: 'b', price: 2, name: 'lamp 100%', rating: null, note: 'new', active: false }),
          product({ sku: 'c', price: 3, name: 'Desk_lamp', rating: 4, note: 'old', active: true }),
          product({ sku: 'd', price: 4, name: 'Ärmel [x]*?\\', rating: null, note: null, active: false }),
        ]),
      );

      it.each<[string, Filter<Product>, string[]]>([
        ['equality', { price: 2 }, ['b']],
        ['several fields', { price: { gt: 1 }, active: true }, ['c']],
        ['false', { active: false }, ['b', 'd']],
        ['null, which is empty', { note: null }, ['a', 'd']],
        ['eq', { price: { eq: 2 } }, ['b']],
        ['eq null', { note: { eq: null } }, ['a', 'd']],
        ['ne', { price: { ne: 2 } }, ['a', 'c', 'd']],
        ['ne, which empty fields fulfil', { note: { ne: 'new' } }, ['a', 'c', 'd']],
        ['ne null', { note: { ne: null } }, ['b', 'c']],
        ['gt', { price: { gt: 2 } }, ['c', 'd']],
        ['gte', { price: { gte: 2 } }, ['b', 'c', 'd']],
        ['lt', { price: { lt: 2 } }, ['a']],
        ['lte', { price: { lte: 2 } }, ['a', 'b']],
        ['a range', { price: { gt: 1, lte: 3 } }, ['b', 'c']],
        ['lt, which empty fields do not fulfil', { rating: { lt: 100 } }, ['a', 'c']],
        ['text by code point', { name: { gt: 'Z' } }, ['b', 'd']],
        ['in', { sku: { in: ['a', 'c', 'x', 'a'] } }, ['a', 'c']],
        ['in of numbers', { price: { in: [1, 4] } }, ['a', 'd']],
        ['in, which empty fields do not fulfil', { note: { in: ['new', 'old'] } }, ['b', 'c']],
        ['in of nothing', { sku: { in: [] } }, []],
        ['a fraction, which no whole number equals', { price: 2.5 }, []],
        ['less than a fraction', { price: { lt: 2.5 } }, ['a', 'b']],
        ['less than what no column holds', { price: { lt: 1e12, in: [1, 2.5, 1e12] } }, ['a']],
        ['isNull', { rating: { isNull: true } }, ['b', 'd']],
        ['isNull false', { rating: { isNull: false } }, ['a', 'c']],
        ['contains, in which case counts', { name: { contains: 'lamp' } }, ['b', 'c']],
        ['contains of a percent sign', { name: { contains: '0%' } }, ['b']],
        ['contains of an underscore', { name: { contains: 'k_l' } }, ['c']],
        ['contains of wildcards alone', { name: { contains: '%' } }, ['b']],
        ['contains of brackets, star, question mark', { name: { contains: '[x]*?' } }, ['d']],
        ['contains of a backslash', { name: { contains: '\\' } }, ['d']],
        ['startsWith, in which case counts', { name: { startsWith: 'l' } }, ['b']],
        ['startsWith beyond ASCII', { name: { startsWith: 'Ä' } }, ['d']],
        ['startsWith of a folded letter', { name: { startsWith: 'ä' } }, []],
        ['startsWith of a wildcard', { name: { startsWith: '_' } }, []],
        ['startsWith of a star', { name: { startsWith: '*' } }, []],
        ['startsWith with a star inside', { name: { startsWith: 'Ärmel [x]*' } }, ['d']],
        ['contains of an empty field', { note: { contains: 'e' } }, ['b']],
        ['endsWith, in which case counts', { name: { endsWith: 'amp' } }, ['a', 'c']],
        ['endsWith of a capital', { name: { endsWith: 'AMP' } }, []],
        ['endsWith of a wildcard', { name: { endsWith: '%' } }, ['b']],
        ['endsWith of brackets, star, question mark', { name: { endsWith: '[x]*?\\' } }, ['d']],
        ['endsWith of nothing, which empty fields do not fulfil', { note: { endsWith: '' } }, ['b', 'c']],
        ['eqIgnoreCase', { name: { eqIgnoreCase: 'LAMP' } }, ['a']],
        ['eqIgnoreCase of a long text', { name: { eqIgnoreCase: 'DESK_LAMP' } }, ['c']],
        ['eqIgnoreCase beyond ASCII', { name: { eqIgnoreCase: 'äRMEL [X]*?\\' } }, ['d']],
        ['eqIgnoreCase of a part', { name: { eqIgnoreCase: 'lam' } }, []],
        ['containsIgnoreCase', { name: { containsIgnoreCase: 'LAMP' } }, ['a', 'b', 'c']],
        ['containsIgnoreCase of brackets', { name: { containsIgnoreCase: 'EL [X]*?' } }, ['d']],
        ['containsIgnoreCase of wildcards alone', { name: { containsIgnoreCase: '.*' } }, []],
        ['containsIgnoreCase of an underscore', { name: { containsIgnoreCase: 'K_L' } }, ['c']],
        ['startsWithIgnoreCase', { name: { startsWithIgnoreCase: 'LA' } }, ['a', 'b']],
        ['startsWithIgnoreCase beyond ASCII', { name: { startsWithIgnoreCase: 'är' } }, ['d']],
        ['endsWithIgnoreCase', { name: { endsWithIgnoreCase: 'AMP' } }, ['a', 'c']],
        ['endsWithIgnoreCase of a percent sign', { name: { endsWithIgnoreCase: '100%' } }, ['b']],
        ['or', { or: [{ price: 1 }, { note: 'old' }] }, ['a', 'c']],
        ['or of one', { or: [{ price: 1 }] }, ['a']],
        ['or of nothing', { or: [] }, []],
        ['or of what cannot match', { or: [{ sku: { in: [] } }, { sku: 'a' }] }, ['a']],
        ['or beside a field', { active: true, or: [{ price: { gt: 2 } }, { name: 'x' }] }, ['c']],
        [
          'or of several fields each',
          {
            or: [
              { price: 1, name: 'x' },
              { price: 2, active: false },
            ],
          },
          ['b'],
        ],
        ['not', { not: { price: 2 } }, ['a', 'c', 'd']],
        ['not, which empty fields fulfil', { not: { note: 'new' } }, ['a', 'c', 'd']],
        ['not of a comparison, which empty fields fulfil', { not: { rating: { lt: 2 } } }, ['b', 'c', 'd']],
        ['not of a search', { not: { note: { contains: 'e' } } }, ['a', 'c', 'd']],
        ['not of in', { not: { note: { in: ['new', 'old'] } } }, ['a', 'd']],
        ['not of in of nothing', { not: { sku: { in: [] } } }, ['a', 'b', 'c', 'd']],
        ['not of several fields', { not: { price: { gt: 1 }, active: true } }, ['a', 'b', 'd']],
        ['not of empty', { not: { note: null } }, ['b', 'c']],
        ['not of not', { not: { not: { note: 'new' } } }, ['b']],
        ['not of or', { not: { or: [{ note: 'new' }, { rating: 4 }] } }, ['a', 'd']],
        ['or of not', { or: [{ not: { active: false } }, { not: { rating: null }, price: 2 }] }, ['a', 'c']],
        ['not of what every record fulfils', { not: { or: [{ not: { sku: { in: [] } } }] } }, []],
      ])('%s', async (_, filter, expected) => {
        expect(await skus(filter)).toEqual(expected);
        expect(await products.count(filter)).toBe(expected.length);
      });

      it('undefined is refused with the remedy', async () => {
        await expect(products.list({ sku: undefined } as never)).rejects.toThrow(
          /sku is undefined: leave it out/,
        );
        await expect(products.drop({ sku: { eq: undefined } } as never)).rejects.toThrow(/undefined/);
        expect(await products.count()).toBe(4);
      });

      it('a field without an operator is refused, and never widens what is read or written', async () => {
        const nothing = { sku: 'a', id: {} };
        const message = /id has no operator: leave it out/;

        await expect(products.list(nothing)).rejects.toThrow(message);
        await expect(products.find(nothing)).rejects.toThrow(message);
        await expect(products.retrieve(nothing)).rejects.toThrow(message);
        await expect(products.count(nothing)).rejects.toThrow(message);
        await expect(products.listAfter(nothing)).rejects.toThrow(message);
        await expect(products.listPage(nothing)).rejects.toThrow(message);
        await expect(products.update({ price: 9 }, nothing)).rejects.toThrow(message);
        await expect(products.delete(nothing)).rejects.toThrow(message);
        await expect(products.drop(nothing)).rejects.toThrow(message);
        await expect(products.drop({ sku: [] } as never)).rejects.toThrow(/sku has no operator:/);
        expect(await products.count()).toBe(4);
        expect(await products.count({ price: 9 })).toBe(0);
      });

      it.each<[string, object, RegExp]>([
        ['in without a list', { sku: { in: 'abc' } }, /sku needs a list of values for in/],
        ['in with undefined', { sku: { in: ['a', undefined] } }, /a list of values/],
        ['isNull of a text', { note: { isNull: 'false' } }, /isNull that is neither true nor false/],
        ['contains of a number', { name: { contains: 1 } }, /name needs text for contains/],
        ['startsWith of a list', { name: { startsWith: ['L'] } }, /needs text/],
      ])('an operator with a value that it cannot take is refused: %s', async (_, filter, message) => {
        await expect(products.list(filter as never)).rejects.toThrow(message);
        await expect(products.drop(filter as never)).rejects.toThrow(message);
        expect(await products.count()).toBe(4);
      });

      it('a text beyond any pattern is found at its end', async () => {
        const note = 'ab'.repeat(100);
        await products.create(product({ sku: 'e', note }));
        expect(await skus({ note: { endsWith: note } })).toEqual(['e']);
        expect(await skus({ note: { endsWith: `a${note}` } })).toEqual([]);
        expect(await skus({ note: { containsIgnoreCase: 'BA'.repeat(99) } })).toEqual(['e']);
      });

      it.each<[string, object, RegExp]>([
        ['an or that is no list', { or: { sku: 'a' } }, /or that is no list/],
        ['an or with what is no filter', { or: ['a'] }, /or with what is no filter/],
        ['an or with an empty filter', { or: [{ sku: 'a' }, {}] }, /empty filter under or/],
        ['a not that is no filter', { not: 'a' }, /not that is no filter/],
        ['a not of a list', { not: [{ sku: 'a' }] }, /not that is no filter/],
        ['an empty not', { not: {} }, /empty filter under not/],
        ['undefined inside', { or: [{ sku: undefined }] }, /sku is undefined: leave it out/],
        ['an unknown operator inside', { not: { sku: { like: 'a' } } }, /no operator like: use eq/],
        ['six nots', { not: { not: { not: { not: { not: { not: { sku: 'a' } } } } } } }, /more than 5 deep/],
        ['101 alternatives', { or: Array(101).fill({ sku: 'a' }) }, /101 conditions .* at most 100/],
      ])('a nested filter that is wrong is refused, and changes nothing: %s', async (_, filter, message) => {
        await expect(products.list(filter as never)).rejects.toThrow(message);
        await expect(products.count(filter as never)).rejects.toThrow(message);
        await expect(products.update({ price: 9 }, filter as never)).rejects.toThrow(message);
        await expect(products.drop(filter as never)).rejects.toThrow(message);
        expect(await products.count()).toBe(4);
      });

      it('five groups in each other and a hundred alternatives are allowed', async () => {
        expect(await skus({ not: { not: { not: { not: { or: [{ sku: 'b' }] } } } } })).toEqual(['b']);
        const or = Array.from({ length: 100 }, (_, index) => ({ sku: String.fromCharCode(98 + index) }));
        expect(await skus({ or })).toEqual(['b', 'c', 'd']);
      });

      it('nested filters decide what is changed and removed', async () => {
        expect(await products.update({ price: 9 }, { or: [{ sku: 'a' }, { note: 'old' }] })).toBe(2);
        expect(await skus({ price: 9 })).toEqual(['a', 'c']);
        expect(await products.drop({ not: { note: { eqIgnoreCase: 'NEW' } } })).toBe(3);
        expect(await skus({})).toEqual(['b']);
        expect(await products.find({ or: [{ sku: 'b' }, { sku: 'x' }] })).toMatchObject({ sku: 'b' });
      });

      it('an unknown operator or field is refused', async () => {
        await expect(products.list({ sku: { like: 'a' } } as never)).rejects.toThrow(
          /no operator like: use eq/,
        );
        await expect(products.list({ colour: 'red' } as never)).rejects.toThrow(/colour/);
      });
    });

    describe('order', () => {
      it('is by the fields in their order, up or down', async () => {
        await products.create([
          product({ sku: 'a', price: 1, name: 'x' }),
          product({ sku: 'b', price: 2, name: 'x' }),
          product({ sku: 'c', price: 1, name: 'y' }),
        ]);

        expect(await skus({}, { name: 'desc', price: 'asc' })).toEqual(['c', 'a', 'b']);
        expect(await skus({}, { price: 'desc', name: 'desc' })).toEqual(['b', 'c', 'a']);
      });

      it('of text is by code point', async () => {
        const names = ['a', 'B', 'Z', '_', 'ä', 'é', 'z', '\u{ff5e}', '\u{1f600}', '10', '9', 'a b', 'ab'];
        await products.create(names.map((name) => product({ name })));

        const listed = await products.list({}, { order: { name: 'asc' } });
        expect(listed.map(({ name }) => name)).toEqual([
          ...['10', '9', 'B', 'Z', '_', 'a', 'a b', 'ab', 'z', 'ä', 'é', '\u{ff5e}', '\u{1f600}'],
        ]);
      });

      it('puts empty fields last going up and first going down', async () => {
        await products.create([
          product({ sku: 'a', rating: 2 }),
          product({ sku: 'b', rating: null }),
          product({ sku: 'c', rating: 1 }),
        ]);

        expect(await skus({}, { rating: 'asc' })).toEqual(['c', 'a', 'b']);
        expect(await skus({}, { rating: 'desc' })).toEqual(['b', 'a', 'c']);
      });

      it('falls back to the id, in the direction of the last field', async () => {
        await products.create(['2', '3', '1'].map((id) => product({ id })));
        const ids = async (order: Order<Product>) => (await products.list({}, { order })).map(({ id }) => id);

        expect(await ids({})).toEqual(['1', '2', '3']);
        expect(await ids({ price: 'asc' })).toEqual(['1', '2', '3']);
        expect(await ids({ price: 'desc' })).toEqual(['3', '2', '1']);
      });
    });

    describe('an order', () => {
      it('of an unknown direction or field is refused', async () => {
        await products.create([product(), product()]);

        for (const direction of ['up', 'DESC', '', null, 1])
          await expect(products.list({}, { order: { price: direction } as never })).rejects.toThrow(
            /order by price has the direction .*give asc or desc/,
          );
        await expect(products.list({}, { order: { colour: 'asc' } as never })).rejects.toThrow(
          /colour|order/,
        );
        expect(await products.list({}, { order: { price: undefined } as never })).toHaveLength(2);
      });
    });

    describe('list', () => {
      it.each([-1, 1.5, NaN, Infinity, '2' as never, null as never])(
        'refuses %p for a limit, a size, a page or a batch',
        async (number) => {
          await products.create([product(), product()]);
          const message = new RegExp(`is ${number}: give a whole number from`);

          await expect(products.list({}, { limit: number })).rejects.toThrow(RangeError);
          await expect(products.list({}, { limit: number })).rejects.toThrow(message);
          await expect(products.listAfter({}, { size: number })).rejects.toThrow(message);
          await expect(products.listPage({}, { size: number })).rejects.toThrow(message);
          await expect(products.listPage({}, { page: number })).rejects.toThrow(message);
          await expect(products.stream({}, { batch: number }).next()).rejects.toThrow(message);
        },
      );

      it('returns nothing for a limit of 0, which a size or a batch must not be', async () => {
        await products.create(product());

        expect(await products.list({}, { limit: 0 })).toEqual([]);
        await expect(products.listAfter({}, { size: 0 })).rejects.toThrow(/size is 0/);
        await expect(products.stream({}, { batch: 0 }).next()).rejects.toThrow(/batch is 0/);
      });

      it('returns at most the limit, and a hundred by default', async () => {
        await products.create(Array.from({ length: 130 }, (_, price) => product({ price })));

        expect(await products.list()).toHaveLength(100);
        expect(await products.list({}, { limit: 120 })).toHaveLength(120);
        expect(
          (await products.list({}, { limit: 2, order: { price: 'desc' } })).map(({ price }) => price),
        ).toEqual([129, 128]);
      });
    });

    describe('listAfter', () => {
      const orders: Order<Product>[] = [
        {},
        { price: 'asc' },
        { price: 'desc' },
        { name: 'asc', price: 'desc' },
        { rating: 'asc' },
        { rating: 'desc' },
        { rating: 'asc', price: 'desc' },
        { note: 'desc', rating: 'asc', id: 'desc' },
        { active: 'desc', name: 'asc' },
      ];

      it.each(orders)(
        'visits every record once, in order, through ties and empty fields: %j',
        async (order) => {
          await products.create(
            Array.from({ length: 23 }, (_, index) =>
              product({
                name: ['x', 'Y', 'ä'][index % 3] as string,
                price: index % 4,
                rating: index % 5 ? (index % 2) + 0.1 : null,
                note: index % 3 ? `n${index % 2}` : null,
                active: index % 2 === 0,
              }),
            ),
          );
          const expected = await products.list({}, { order });

          const walked: Product[] = [];
          let after: string | null = null;
          do {
            const slice: { records: Product[]; next: string | null } = await products.listAfter(
              {},
              { order, size: 4, after },
            );
            walked.push(...slice.records);
            expect(slice.records.length).toBe(slice.next === null ? 23 % 4 : 4);
            after = slice.next;
          } while (after !== null);
          expect(walked.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        },
      );

      it('keeps its position when records are added and removed around it', async () => {
        await products.create([1, 2, 3, 4].map((price) => product({ price, sku: `p${price}` })));
        const order = { price: 'asc' } as const;
        const first = await products.listAfter({}, { order, size: 2 });

        await products.create([product({ price: 0 }), product({ price: 2, id: 'zzz', sku: 'p2b' })]);
        await products.delete({ sku: 'p2' });
        const second = await products.listAfter({}, { order, size: 5, after: first.next });
        expect(second.records.map(({ sku }) => sku)).toEqual(['p2b', 'p3', 'p4']);
        expect(second.next).toBeNull();
      });

      it('ends at once when nothing matches, and exactly at the end of a full page', async () => {
        await products.create([product({ price: 1 }), product({ price: 2 })]);

        expect(await products.listAfter({ price: 9 })).toEqual({ records: [], next: null });
        expect((await products.listAfter({}, { size: 2 })).next).toBeNull();
      });

      it('refuses a cursor that is damaged or of another order', async () => {
        await products.create([product(), product()]);
        const { next } = await products.listAfter({}, { size: 1 });

        for (const after of ['nonsense', '', `${next}x`.slice(3), Buffer.from('[1]').toString('base64url')])
          await expect(products.listAfter({}, { after })).rejects.toThrow(InvalidCursorError);
        await expect(products.listAfter({}, { order: { price: 'asc' }, after: next })).rejects.toMatchObject({
          resource: 'product',
        });
      });
    });

    describe('listPage', () => {
      it('returns a numbered page and the total', async () => {
        await products.create([1, 2, 3, 4, 5].map((price) => product({ price })));
        const order = { price: 'asc' } as const;
        const page = await products.listPage({ price: { gt: 1 } }, { order, size: 3, page: 2 });

        expect(page).toMatchObject({ page: 2, size: 3, total: 4 });
        expect(page.records.map(({ price }) => price)).toEqual([5]);
        expect(await products.listPage({}, { page: 9 })).toEqual({
          records: [],
          page: 9,
          size: 100,
          total: 5,
        });
      });

      it('refuses a page or size that is not a whole number from 1', async () => {
        await expect(products.listPage({}, { page: 0 })).rejects.toThrow(RangeError);
        await expect(products.listPage({}, { size: 1.5 })).rejects.toThrow(/size is 1.5/);
      });
    });

    describe('stream', () => {
      it('yields all records in order, however small the batch', async () => {
        await products.create(Array.from({ length: 25 }, (_, price) => product({ price })));

        const prices: number[] = [];
        for await (const { price } of products.stream(
          { price: { ne: 3 } },
          { order: { price: 'desc' }, batch: 7 },
        ))
          prices.push(price);
        expect(prices).toEqual(
          Array.from({ length: 25 }, (_, index) => 24 - index).filter((price) => price !== 3),
        );
      });

      it('can be stopped before its end', async () => {
        await products.create([1, 2, 3, 4, 5].map((price) => product({ price })));

        for await (const { price } of products.stream({}, { order: { price: 'asc' }, batch: 2 })) {
          expect(price).toBeLessThanOrEqual(3);
          if (price === 3) break;
        }
        expect(await products.count()).toBe(5);
      });
    });
  });
}
