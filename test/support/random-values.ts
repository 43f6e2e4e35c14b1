import fc from 'fast-check';
import { Level } from './specimens.js';

export interface RandomColumn {
  readonly field: string;
  readonly values: fc.Arbitrary<unknown>;
  /** Undefined for values that have no order. */
  readonly compare?: (one: never, other: never) => number;
}

const byNumber = (one: number, other: number) => one - other;
const byBigInt = (one: string | bigint, other: string | bigint) =>
  BigInt(one) < BigInt(other) ? -1 : Number(BigInt(one) > BigInt(other));
const cents = (text: string) => BigInt(text.replace('.', ''));
const byCents = (one: string, other: string) => byBigInt(cents(one), cents(other));
const byCodePoint = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
const byTime = (one: Date, other: Date) => one.getTime() - other.getTime();

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n),
);
/** Characters of every plane, including those with a special meaning in languages and patterns, and blanks. */
const character = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...'aBzÄäéß_%*?[]\\\'" \t\n<,0\u{1f600}\u{ff5e}\u{e000}\u{10ffff}\u0301'),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((one) => one !== '\0'),
  },
);
const text = (maxLength: number) => fc.array(character, { maxLength }).map((all) => all.join(''));
const decimalText = (digits: number) =>
  fc.bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n });
const withCents = (units: bigint) => {
  const all = String(units < 0n ? -units : units).padStart(3, '0');
  return `${units < 0n ? '-' : ''}${all.slice(0, -2)}.${all.slice(-2)}`;
};
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const single = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -20, max: 20 }))
  .map(([digits, exponent]) => Number(`${digits}e${exponent}`))
  .map((value) => (value === 0 ? 0 : value));
const year = (from: string) => Date.parse(`${from}T00:00:00Z`);
const [first, last] = [year('0001-01-01'), year('9999-12-31')];
/** Around the changes of daylight saving in New York and Berlin, and anywhere. */
const epoch = fc.oneof(
  fc.integer({ min: first, max: last }),
  fc.integer({ min: Date.parse('2024-03-10T05:00:00Z'), max: Date.parse('2024-03-10T09:00:00Z') }),
  fc.integer({ min: Date.parse('2024-11-03T04:00:00Z'), max: Date.parse('2024-11-03T08:00:00Z') }),
  fc.integer({ min: 0, max: 2_000_000 }).map((seconds) => seconds * 1_000),
  fc.constantFrom(first, last + 86_399_999, -1, 0, 1),
);
const date = epoch.map((time) => new Date(time));
const time = fc
  .tuple(fc.integer({ min: 0, max: 86_399 }), fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999 })))
  .map(([seconds, fraction]) => {
    const whole = new Date(seconds * 1_000).toISOString().slice(11, 19);
    return fraction ? `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}` : whole;
  });
const json = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(
        true,
        false,
        '',
        0,
        1e21,
        5e-324,
        1.7976931348623157e308,
        9007199254740993,
        0.1,
      ),
      double,
      text(6),
      fc.array(fc.oneof(fc.constant(null), tie('value')), { maxLength: 3 }),
      fc.dictionary(text(4), fc.oneof(fc.constant(null), tie('value')), { maxKeys: 3 }),
    ),
  }))
  .value.map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** Random values of each column of a specimen. */
export const randomColumns: readonly RandomColumn[] = [
  {
    field: 'flag',
    values: fc.boolean(),
    compare: (one: boolean, other: boolean) => Number(one) - Number(other),
  },
  { field: 'small', values: fc.integer({ min: -32_768, max: 32_767 }), compare: byNumber },
  { field: 'whole', values: fc.integer(), compare: byNumber },
  { field: 'big', values: int64.map(String), compare: byBigInt },
  { field: 'bigger', values: int64, compare: byBigInt },
  { field: 'price', values: decimalText(12).map(withCents), compare: byCents },
  { field: 'quantity', values: decimalText(15).map(String), compare: byBigInt },
  { field: 'ratio', values: double, compare: byNumber },
  { field: 'single', values: single, compare: byNumber },
  { field: 'name', values: text(40), compare: byCodePoint },
  { field: 'prose', values: text(200), compare: byCodePoint },
  {
    field: 'country',
    values: fc
      .tuple(
        character,
        character.filter((one) => one !== ' '),
      )
      .map((both) => both.join('')),
    compare: byCodePoint,
  },
  { field: 'token', values: fc.uuid(), compare: byCodePoint },
  { field: 'state', values: fc.constantFrom('new', 'Sent', 'Ärger'), compare: byCodePoint },
  {
    field: 'level',
    values: fc.constantFrom(Level.Low, Level.High),
    compare: (one: number, other: number) => byCodePoint(String(one), String(other)),
  },
  { field: 'day', values: epoch.map((at) => new Date(at).toISOString().slice(0, 10)), compare: byCodePoint },
  { field: 'hour', values: time, compare: byCodePoint },
  { field: 'at', values: date, compare: byTime },
  { field: 'moment', values: date, compare: byTime },
  {
    field: 'wrapped',
    values: text(20),
    compare: (one: string, other: string) => byCodePoint(`${one}>`, `${other}>`),
  },
  { field: 'document', values: json },
  { field: 'letter', values: json },
  { field: 'note', values: json },
  {
    field: 'labels',
    values: fc
      .array(
        text(5).map((label) => label.replaceAll(',', '')),
        { maxLength: 4 },
      )
      .filter((labels) => labels.length !== 1 || labels[0] !== ''),
  },
  { field: 'bytes', values: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
];
