import type { Type } from '@nestjs/common';
import { Type as TypeOf } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { FieldValidationPipe } from '../http/validation/field-validation.pipe.js';
import { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';
import { rule } from '../ddd/field/index.js';

/** Maximum number of records in one request; the body size limit is reached first for all but small ones. */
const maxRecords = 1_000;
const pipe = new FieldValidationPipe();

/** @throws InvalidFieldsError that reports every invalid field */
export async function validateBody<Body extends object>(body: unknown, type: Type<Body>): Promise<Body> {
  return (await pipe.transform(body, { type: 'body', metatype: type })) as Body;
}

/** The class of `{"data": [...]}`. Made once for a class of records: class-validator never forgets one. */
export function listOf(type: Type<object>): Type<{ readonly data: object[] }> {
  class RecordList {
    @rule('list_type', 'Must be a list of records', (list) => Array.isArray(list) && list.every(isRecord))
    @rule(
      'too_long',
      `Must have at most ${maxRecords} records`,
      (list) => Array.isArray(list) && list.length <= maxRecords,
    )
    @ValidateNested({ each: true })
    @TypeOf(() => type)
    readonly data!: object[];
  }
  return RecordList;
}

const isRecord = (one: unknown): one is object =>
  typeof one === 'object' && one !== null && !Array.isArray(one);

/** Whether a body carries many records. */
export const hasManyRecords = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).join() === 'data' && 'data' in body
    ? Array.isArray(body.data)
    : false;

/**
 * An id in the body of one record must be that of the path, even if the class of the body has no id.
 * @throws InvalidFieldsError when it is a different one
 */
export function refuseForeignId(record: object, body: unknown, id: string | number): void {
  const given = idIn(record) ?? idIn(body);
  if (given === undefined || given === id) return;
  throw error(['id'], 'id_mismatch', 'Must be the id in the path, or left out: an id never changes');
}

/**
 * An id is refused when the class of the body has no field for it, because the record would get another one; and when it
 * is empty, because a path could not address the record.
 * @param read the record or records that the class made of `sent`
 * @throws InvalidFieldsError
 */
export function refuseBadId(read: unknown, sent: unknown, loc: readonly string[] = []): void {
  if (Array.isArray(read) && Array.isArray(sent))
    for (const [index, one] of read.entries()) refuseBadId(one, sent[index], [...loc, String(index)]);
  else if (idIn(sent) !== undefined && idIn(read) === undefined)
    throw error([...loc, 'id'], 'extra_forbidden', 'Must be left out: the service generates it');
  else if (idIn(read) === '')
    throw error([...loc, 'id'], 'string_too_short', 'Must not be empty: a path could not address the record');
}

/** @throws InvalidFieldsError when a record, or one of many, has a field that only the service writes */
export function refuseField(field: string, body: unknown): void {
  const records = isRecord(body) && 'data' in body && Array.isArray(body.data) ? body.data : [];
  const places = records.flatMap((one, place) =>
    hasField(one, field) ? [['data', String(place), field]] : [],
  );
  if (hasField(body, field)) places.push([field]);
  if (places.length)
    throw new InvalidFieldsError(
      Object.fromEntries(
        places.map((loc) => [
          loc.join('.'),
          { type: 'extra_forbidden', loc, msg: 'Must be left out: the service sets it from the session' },
        ]),
      ),
    );
}

/** @throws InvalidFieldsError for the first repeated id, because one of its records would be lost */
export function refuseRepeatedIds(records: readonly object[]): void {
  const ids = records.map(idIn);
  const repeated = ids.findIndex((id, index) => id !== undefined && ids.indexOf(id) < index);
  if (repeated >= 0) throw error(['data', String(repeated), 'id'], 'repeated', 'Must be given once');
}

const hasField = (one: unknown, field: string) => isRecord(one) && Object.hasOwn(one, field);

const idIn = (record: unknown): unknown =>
  typeof record === 'object' && record !== null && 'id' in record ? (record.id ?? undefined) : undefined;

const error = (loc: readonly string[], type: string, msg: string) =>
  new InvalidFieldsError({ [loc.join('.')]: { type, loc, msg } });
