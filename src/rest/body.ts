import type { Type } from '@nestjs/common';
import { Type as TypeOf } from 'class-transformer';
import { ArrayMaxSize, ValidateNested } from 'class-validator';
import { FieldValidationPipe } from '../http/validation/field-validation.pipe.js';
import { rule } from '../http/validation/rule.js';

/** Records that one request may carry; the limit of the body's size comes before it for all but small ones. */
const mostRecords = 1_000;
const pipe = new FieldValidationPipe();

/** @throws InvalidFieldsError telling every bad field */
export async function readBody<Body extends object>(body: unknown, type: Type<Body>): Promise<Body> {
  return (await pipe.transform(body, { type: 'body', metatype: type })) as Body;
}

/** The class of `{"data": [...]}`. Made once for a class of records: class-validator never forgets one. */
export function listOf(type: Type<object>): Type<{ readonly data: object[] }> {
  class RecordList {
    @rule('missing', 'Field required', (value) => value !== undefined)
    @rule('list_type', 'Must be a list', Array.isArray)
    @rule('record_type', 'Must be a list of records', (list) => Array.isArray(list) && list.every(isRecord))
    @ArrayMaxSize(mostRecords, { message: `Must have at most ${mostRecords} records` })
    @ValidateNested({ each: true })
    @TypeOf(() => type)
    readonly data!: object[];
  }
  return RecordList;
}

const isRecord = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one);

/** Whether a body carries many records. */
export const isMany = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).join() === 'data' && 'data' in body
    ? Array.isArray(body.data)
    : false;
