// Real: the rules and the pipe that reads bodies. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { IsInt, Min } from 'class-validator';
import { FieldValidationPipe } from './field-validation.pipe.js';
import type { InvalidFieldsError } from './invalid-fields.error.js';
import {
  HasLength,
  HasNoControlCharacters,
  IsAnyNumber,
  IsDateTime,
  IsInteger,
  IsOneOf,
  IsText,
  IsTrueOrFalse,
  IsUuid,
} from '../../ddd/field/index.js';

class Body {
  @IsInteger()
  readonly whole!: number;

  @IsInteger(1, 9)
  readonly digit!: number;

  @IsAnyNumber()
  readonly number!: number;

  @IsTrueOrFalse()
  readonly flag!: boolean;

  @IsText()
  @HasLength(1, 3)
  @HasNoControlCharacters()
  readonly text!: string;

  @HasLength(1, 3)
  @IsText()
  readonly turned!: string;

  @IsUuid()
  readonly uuid!: string;

  @IsDateTime()
  readonly date!: Date;

  @IsOneOf('open', 'closed')
  readonly state!: string;

  @IsInt()
  @Min(0)
  readonly foreign!: number;
}

const good = {
  whole: -2_147_483_648,
  digit: 9,
  number: 1.5,
  flag: false,
  text: 'abc',
  turned: 'abc',
  uuid: 'd73d4a62-dfe9-4907-91f4-f6b06f33c534',
  date: '2024-02-29T12:00:00.5+02:00',
  state: 'open',
  foreign: 0,
};

/** The names of the rules that a body breaks, by field. */
async function errorsOf(body: object): Promise<Record<string, string>> {
  try {
    await new FieldValidationPipe().transform(body, { type: 'body', metatype: Body });
    return {};
  } catch (error) {
    const { errors } = error as InvalidFieldsError;
    return Object.fromEntries(Object.entries(errors).map(([field, { type }]) => [field, type]));
  }
}

describe('The rules of a field', () => {
  it('accept valid values, dates and UUIDs in lower case', async () => {
    const body = (await new FieldValidationPipe().transform(
      { ...good, uuid: good.uuid.toUpperCase() },
      { type: 'body', metatype: Body },
    )) as Body;

    expect(body).toEqual({ ...good, date: new Date('2024-02-29T10:00:00.500Z') });
  });

  it('report every missing field, whatever the order of its decorators', async () => {
    expect(await errorsOf({})).toEqual(
      Object.fromEntries(Object.keys(good).map((field) => [field, 'missing'])),
    );
  });

  const types = {
    whole: 'int_type',
    digit: 'int_type',
    number: 'float_type',
    flag: 'bool_type',
    text: 'string_type',
    turned: 'string_type',
    uuid: 'uuid_type',
    date: 'datetime_type',
    state: 'enum',
  };
  it.each([null, [], {}, [1]])('report %j as of the wrong type in every field', async (value) => {
    const body = Object.fromEntries(Object.keys(types).map((field) => [field, value]));

    expect(await errorsOf({ ...good, ...body })).toEqual(types);
  });

  it.each([
    [
      { whole: 1.5, digit: '1', number: '1', flag: 0, text: 5, turned: true, uuid: 1, date: 0, state: 1 },
      types,
    ],
    [{ whole: 2_147_483_648 }, { whole: 'less_than_equal' }],
    [{ whole: -2_147_483_649 }, { whole: 'greater_than_equal' }],
    [{ digit: 0 }, { digit: 'greater_than_equal' }],
    [{ number: Infinity }, { number: 'finite_number' }],
    [
      { text: '', turned: '' },
      { text: 'string_too_short', turned: 'string_too_short' },
    ],
    [{ uuid: 'abc' }, { uuid: 'uuid_parsing' }],
    [{ date: '2023-02-29T12:00:00Z' }, { date: 'datetime_parsing' }],
    [{ date: '2023-02-28' }, { date: 'datetime_parsing' }],
    [{ date: '0000-01-01T00:00:00Z' }, { date: 'datetime_parsing' }],
    [{ state: 'ajar' }, { state: 'enum' }],
  ])('refuse %j', async (body, errors) => {
    expect(await errorsOf({ ...good, ...body })).toEqual(errors);
  });
});
