/**
 * Values that a column cannot hold exactly are refused with the name of the field, the same on every backend.
 * Real: the databases and their drivers, the database in memory. Fake: nothing.
 */
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ColumnOptions } from 'typeorm';
import type { Filter } from '../../src/ddd/repository/index.js';
import { InvalidValueError } from '../../src/ddd/repository/index.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';
import { Specimen, SpecimenRepository } from '../support/specimens.js';

const circular: unknown[] = [];
circular.push(circular);
class Amount {
  readonly cents = 5;

  toJSON(): string {
    return 'five';
  }
}
const year = (text: string) => new Date(`${text}-01-01T00:00:00.000Z`);

/** Values that no column can hold or be compared with. */
const incomparable: readonly (readonly [field: string, what: string, value: unknown])[] = [
  ...['at', 'moment'].flatMap((field): [string, string, unknown][] => [
    [field, 'an invalid Date', new Date(NaN)],
    [field, 'the year 10000', year('+010000')],
    [field, 'the year 0', year('0000')],
    [field, 'a year before Christ', year('-000044')],
    [field, 'infinity', 'infinity'],
    [field, 'a number', 0],
    [field, 'text without a zone', '2024-03-10 02:30:00'],
    [field, 'text of a day that no month has', '2023-02-30T00:00:00Z'],
  ]),
  ...['small', 'whole', 'big', 'price', 'ratio', 'single'].flatMap((field): [string, string, unknown][] => [
    [field, 'NaN', NaN],
    [field, 'Infinity', Infinity],
    [field, 'negative Infinity', -Infinity],
    [field, 'text', 'many'],
    [field, 'an empty text', ''],
  ]),
  ['single', 'more digits than 32 bits', 1 / 3],
  ['flag', 'text', 'true'],
  ['flag', 'a number', 1],
  ...['name', 'prose'].flatMap((field): [string, string, unknown][] => [
    [field, 'a NUL', 'a\0b'],
    [field, 'an unpaired surrogate', '\ud800'],
    [field, 'the other half', 'a\udc00b'],
    [field, 'a number', 5],
  ]),
  ['country', 'a blank at the end', 'D '],
  ['token', 'no UUID', 'abc'],
  ['state', 'no member', 'old'],
  ['level', 'the name of a member', 'Low'],
  ['day', 'a day that no month has', '2023-02-30'],
  ['day', 'the year 0', '0000-01-01'],
  ['day', 'a Date', new Date(0)],
  ['day', 'infinity', 'infinity'],
  ['hour', 'the hour 24', '24:00:00'],
  ['hour', 'nanoseconds', '10:00:00.000000001'],
];

/** Values that can be compared with, but not be written. */
const unwritable: readonly (readonly [field: string, what: string, value: unknown])[] = [
  ['small', 'more than 16 bits', 32_768],
  ['whole', 'more than 32 bits', 2 ** 31],
  ['whole', 'a fraction', 1.5],
  ['big', 'more than 64 bits', 2n ** 63n],
  ['big', 'less than 64 bits', -(2n ** 63n) - 1n],
  ['big', 'a number that JavaScript has rounded', 2 ** 53],
  ['price', 'more decimals', '0.001'],
  ['price', 'more digits', '10000000000'],
  ['name', 'more characters', '\u{1f600}'.repeat(41)],
  ['country', 'fewer characters', 'D'],
  ...['document', 'letter', 'note'].flatMap((field): [string, string, unknown][] => [
    [field, 'NaN inside', { a: [NaN] }],
    [field, 'a bigint inside', { a: 1n }],
    [field, 'undefined in a list', [undefined]],
    [field, 'a Date', new Date(0)],
    [field, 'a Map', new Map()],
    [field, 'a NUL', ['a\0']],
    [field, 'an unpaired surrogate in a name', { '\ud800': 1 }],
    [field, 'itself', circular],
    [field, 'what says itself what JSON is to be', { a: new Amount() }],
    [field, 'very deep lists', JSON.parse('['.repeat(5_000) + ']'.repeat(5_000))],
  ]),
  ['labels', 'a comma', ['a,b']],
  ['labels', 'one empty text', ['']],
  ['labels', 'numbers', [1]],
  ['labels', 'a gap', ['a', , 'b']],
  ['bytes', 'text', 'bytes'],
];

describe.each(recordBackends)('Values that do not fit on %s', (kind) => {
  let backend: OpenBackend;
  let specimens: SpecimenRepository;
  beforeAll(async () => {
    backend = await openBackend(kind, [Specimen]);
    specimens = new SpecimenRepository(backend.scope);
  });
  afterAll(() => backend.close());
  beforeEach(async () => {
    await specimens.dropAll();
    await specimens.create({ id: 'one' });
  });

  const refused = async (work: Promise<unknown>, field: string) => {
    const error: unknown = await work.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InvalidValueError);
    expect(error).toMatchObject({ code: 'repository.invalid-value', resource: 'specimen', field });
    expect((error as Error).message).toMatch(new RegExp(`^specimen\\.${field} \\w+`));
  };

  it.each([...incomparable, ...unwritable])('%s refuses to store %s', async (field, _, value) => {
    await refused(specimens.create({ id: 'two', [field]: value }), field);
    await refused(specimens.create([{ id: 'two' }, { id: 'three', [field]: value }]), field);
    await refused(specimens.update({ [field]: value }, { id: 'one' }), field);
    expect(await specimens.count()).toBe(1);
  });

  it.each(incomparable)('%s refuses to be compared with %s', async (field, _, value) => {
    for (const condition of [value, { ne: value }, { gte: value }, { in: [value] }])
      await refused(specimens.list({ [field]: condition }), field);
  });

  it.each(['document', 'labels', 'bytes'] as const)('%s has no comparison and no order', async (field) => {
    await refused(specimens.list({ [field]: 'text' }), field);
    await expect(specimens.list({}, { order: { [field]: 'asc' } })).rejects.toThrow(/has no order/);
    expect(await specimens.count({ [field]: null })).toBe(1);
  });

  it('stores none of a long list of records when one of them does not fit', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({ id: `many-${index}` }));
    await refused(specimens.create([...many, { id: 'last', whole: NaN }]), 'whole');
    expect(await specimens.count()).toBe(1);
  });

  it('distinguishes an empty text from an empty field', async () => {
    await specimens.create({ id: 'two', prose: '' });
    expect(await specimens.list({ prose: '' })).toHaveLength(1);
  });
});

describe.each(recordBackends)('Values at the edge on %s', (kind) => {
  let backend: OpenBackend;
  let specimens: SpecimenRepository;
  beforeAll(async () => {
    backend = await openBackend(kind, [Specimen]);
    specimens = new SpecimenRepository(backend.scope);
  });
  afterAll(() => backend.close());
  beforeEach(() => specimens.dropAll());

  it.each<[Filter<Specimen>, string[]]>([
    [{ whole: 1.5 }, []],
    [{ whole: { ne: 1.5 } }, ['max', 'min', 'null', 'one']],
    [{ whole: { gt: 0.5, lt: 1.5 } }, ['one']],
    [{ whole: { lte: 2 ** 31 } }, ['max', 'min', 'one']],
    [{ whole: { gt: -(2 ** 40) } }, ['max', 'min', 'one']],
    [{ whole: { lt: 1e300 } }, ['max', 'min', 'one']],
    [{ whole: { in: [1, 1.5, 2 ** 31, 2 ** 70] } }, ['one']],
    [{ small: { lt: 100_000 } }, ['one']],
    [{ small: { in: [1, 100_000] } }, ['one']],
    [{ big: { gt: '9007199254740992' } }, ['max', 'one']],
    [{ big: (2 ** 53) as never }, []],
    [{ big: { in: [9007199254740993n] } as never }, ['one']],
    [{ bigger: { in: [9007199254740993n] } }, ['one']],
    [{ big: { lt: 2n ** 63n } as never }, ['max', 'min', 'one']],
    [{ big: { gte: -(2n ** 64n) } as never }, ['max', 'min', 'one']],
    [{ big: { gt: 1e300 } as never }, []],
    [{ price: { gt: '0.095', lt: '0.105' } }, ['one']],
    [{ price: '0.1' }, ['one']],
    [{ price: { lt: 1e20 } as never }, ['max', 'min', 'one']],
    [{ token: 'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA' }, ['one']],
    [{ prose: 'trailing ' }, ['one']],
    [{ prose: 'trailing' }, []],
    [{ 'size.width': 7 } as never, ['one']],
    [{ secret: 'hidden' }, ['one']],
    [{ wrapped: 'inside' }, ['one']],
  ])('treats %p alike', async (filter, expected) => {
    await specimens.create([
      {
        id: 'one',
        whole: 1,
        small: 1,
        big: '9007199254740993',
        bigger: 9007199254740993n,
        price: '0.10',
        token: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
        prose: 'trailing ',
        size: { width: 7 },
        secret: 'hidden',
        wrapped: 'inside',
      },
      { id: 'max', whole: 2 ** 31 - 1, big: String(2n ** 63n - 1n), price: '9999999999.99' },
      { id: 'min', whole: -(2 ** 31), big: String(-(2n ** 63n)), price: '-9999999999.99' },
      { id: 'null' },
    ]);
    expect((await specimens.list(filter)).map(({ id }) => id).toSorted()).toEqual(expected);
    expect(await specimens.count(filter)).toBe(expected.length);
  });

  it('stores numbers, bigints and texts of whole numbers alike, and a zero without its sign', async () => {
    const given = { small: '-7', whole: 8n, big: 9, ratio: -0, single: -0, price: 1.5, quantity: 12n };
    const created = await specimens.create({ id: 'one', ...given } as never);
    expect(created).toMatchObject({
      ...{ small: -7, whole: 8, big: '9', ratio: 0, single: 0, price: '1.50', quantity: '12' },
    });
    expect(await specimens.find(given as never)).toEqual(created);
  });

  it('accepts a Date, a list and bytes of another realm', async () => {
    const given = runInNewContext(
      '({ at: new Date(5), labels: ["a"], bytes: new Uint8Array([1]), document: { a: [1] } })',
    ) as Specimen;
    const created = await specimens.create({ ...given, id: 'one' });
    expect(created.at).toBeInstanceOf(Date);
    expect(created).toMatchObject({
      at: new Date(5),
      labels: ['a'],
      bytes: Buffer.of(1),
      document: { a: [1] },
    });
    expect(await specimens.count({ at: given.at! })).toBe(1);
    expect(await specimens.count({ at: { gte: given.at! } })).toBe(1);
  });

  it('finds the beginning of a very long text', async () => {
    const prose = '*ä'.repeat(100_000);
    await specimens.create([
      { id: 'one', prose },
      { id: 'two', prose: `x${prose}` },
    ]);
    expect(await specimens.list({ prose: { startsWith: prose.slice(0, -1) } })).toMatchObject([
      { id: 'one' },
    ]);
    expect(await specimens.count({ prose: { contains: prose.slice(2, -2) } })).toBe(2);
  });
});

describe.each(recordBackends)('A column of a type that is not kept exactly, on %s', (kind) => {
  it.each<[string, ColumnOptions]>([
    ['interval', { type: 'interval' }],
    ['timetz', { type: 'timetz' }],
    ['money', { type: 'money' }],
    ['integer[]', { type: 'integer', array: true }],
  ])('is refused by name: %s', async (name, options) => {
    @Entity('odd')
    class Odd {
      @PrimaryColumn('varchar')
      id!: string;

      @Column(options)
      value!: unknown;
    }
    const work = async () => {
      const backend = await openBackend(kind, [Odd]);
      try {
        return await backend.repository(Odd).list();
      } finally {
        await backend.close();
      }
    };
    await expect(work()).rejects.toThrow(name);
  });
});
