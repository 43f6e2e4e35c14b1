import { compareText, exactly, ColumnValueError } from './column-type.js';
import type { ColumnKind, ColumnType } from './column-type.js';

/** Text that every backend can keep. @throws ColumnValueError for what PostgreSQL or UTF-8 cannot hold */
export function plainText(value: unknown): string {
  if (typeof value !== 'string') throw new ColumnValueError('must be text');
  if (isStorableText(value)) return value;
  if (value.includes('\0')) throw new ColumnValueError('must not contain a NUL character');
  throw new ColumnValueError('must be well-formed Unicode: it has an unpaired surrogate');
}

/**
 * Whether every backend keeps the text: it has no NUL and no unpaired surrogate, which only the flag `u` recognizes.
 */
export const isStorableText = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);

/** @param max characters, counted as PostgreSQL does: by code point */
export function textType(max = Infinity): ColumnType {
  return {
    ...ofText('text', plainText),
    store: (value) => {
      const text = plainText(value);
      if (text.length > max && [...text].length > max)
        throw new ColumnValueError(`must have at most ${max} characters`);
      return text;
    },
  };
}

/** Text of one length: PostgreSQL would pad shorter text, and ignores trailing blanks in comparisons. */
export function paddedTextType(length: number): ColumnType {
  const unpadded = (value: unknown) => {
    const text = plainText(value);
    if (text.endsWith(' '))
      throw new ColumnValueError('must not end with a blank: declare the column varchar to keep it');
    return text;
  };
  return {
    ...ofText('text', unpadded),
    store: (value) => {
      const text = unpadded(value);
      if ([...text].length !== length)
        throw new ColumnValueError(
          `must have exactly ${length} characters: declare the column varchar for others`,
        );
      return text;
    },
  };
}

export const uuidType = ofText('uuid', (value) => {
  if (typeof value !== 'string' || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value))
    throw new ColumnValueError('must be a UUID');
  return value.toLowerCase();
});

export function enumType(members: readonly unknown[]): ColumnType {
  return {
    ...ofText('enum', (value) => {
      if (!members.includes(value)) throw new ColumnValueError(`must be one of ${members.join(', ')}`);
      return String(value);
    }),
    read: (stored) => members.find((member) => String(member) === stored) ?? stored,
  };
}

export const dateType = ofText('date', (value) => {
  if (typeof value !== 'string' || !isDay(value))
    throw new ColumnValueError('must be a day as text, YYYY-MM-DD, from 0001-01-01 to 9999-12-31');
  return value;
});

/** Time of day, as PostgreSQL writes it: always with seconds, fractions without trailing zeros. */
export function timeType(precision = 6): ColumnType {
  return ofText('time', (value) => {
    const [, minutes, seconds = ':00', fraction = ''] =
      (typeof value === 'string' && /^((?:[01]\d|2[0-3]):[0-5]\d)(?:(:[0-5]\d)(?:\.(\d+))?)?$/.exec(value)) ||
      [];
    if (minutes === undefined) throw new ColumnValueError('must be a time of the day as text, HH:MM:SS');
    const kept = fraction.replace(/0+$/, '');
    if (kept.length > precision)
      throw new ColumnValueError(`must have at most ${precision} digits of a second`);
    return `${minutes}${seconds}${kept && `.${kept}`}`;
  });
}

function ofText(kind: ColumnKind, store: (value: unknown) => string): ColumnType {
  return {
    kind,
    store,
    read: (stored) => stored,
    locate: (value) => exactly(store(value)),
    compare: compareText,
  };
}

/** Whether a text is a valid day of the years 1 to 9999. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !text.startsWith('0000') && toDay(text) === text;

/** The day that a text names, with overflowing days carried over: 2023-02-30 is 2023-03-02. */
function toDay(text: string): string | undefined {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}
