import { ColumnValueError } from './column-type.js';
import type { ColumnType } from './column-type.js';
import { plainText } from './text-types.js';

/** Any value that JSON can hold, kept as its text. Null is an empty field. */
export const jsonType: ColumnType = {
  kind: 'json',
  store: (value) => {
    refuseOtherThanJson(value, new Set());
    return JSON.stringify(value);
  },
  read: (stored) => JSON.parse(stored as string) as unknown,
  ...incomparable('JSON', 'keep what is queried in a column of its own'),
};

/** TypeORM's `simple-array`: texts joined by commas. */
export const listType: ColumnType = {
  kind: 'list',
  store: (value) => {
    if (!Array.isArray(value)) throw new ColumnValueError('must be a list of texts');
    // Includes holes of a sparse array, which `map` would skip.
    const texts = Array.from(value, plainText);
    if (texts.some((text) => text.includes(',')))
      throw new ColumnValueError('must have no comma in its texts: declare the column simple-json');
    if (texts.length === 1 && texts[0] === '')
      throw new ColumnValueError(
        'must not consist of one empty text, which reads as no text: declare the column simple-json',
      );
    return texts.join(',');
  },
  read: (stored) => (stored === '' ? [] : (stored as string).split(',')),
  ...incomparable('a list', 'keep what is queried in a table of its own'),
};

export const bytesType: ColumnType = {
  kind: 'bytes',
  store: (value) => {
    if (!ArrayBuffer.isView(value)) throw new ColumnValueError('must be bytes: a Buffer or Uint8Array');
    return Buffer.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  },
  read: (stored) => Buffer.from(stored as Uint8Array),
  ...incomparable('bytes', 'keep a digest of them in a text column'),
};

function incomparable(what: string, wayOut: string): Pick<ColumnType, 'locate' | 'compare'> {
  return {
    locate: () => {
      throw new ColumnValueError(
        `is ${what}, which is not compared: ask only whether it is empty, or ${wayOut}`,
      );
    },
    compare: undefined,
  };
}

/** SQLite's limit on the depth of JSON. (https://sqlite.org/json1.html) */
const maxDepth = 1_000;

/** Refuses what JSON would drop or replace, at any depth. */
function refuseOtherThanJson(value: unknown, around: Set<unknown>): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') return void plainText(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ColumnValueError('must be JSON, which has no NaN and no Infinity');
    return;
  }
  const isObject = Object.prototype.toString.call(value) === '[object Object]';
  if (!Array.isArray(value) && !isObject)
    throw new ColumnValueError(
      'must be JSON: null, true, false, numbers, texts, lists and plain objects of them',
    );
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function')
    throw new ColumnValueError('must be JSON: give what its toJSON makes of it');
  if (around.has(value)) throw new ColumnValueError('must be JSON, which cannot contain itself');
  if (around.size >= maxDepth) throw new ColumnValueError(`must be nested in at most ${maxDepth} levels`);
  around.add(value);
  if (Array.isArray(value)) for (const item of value) refuseOtherThanJson(item, around);
  else
    for (const [name, member] of Object.entries(value as object)) {
      plainText(name);
      if (member !== undefined) refuseOtherThanJson(member, around);
    }
  around.delete(value);
}
