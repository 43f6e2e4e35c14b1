// Real: the rules and the pipe that reads bodies. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { FieldValidationPipe } from '../http/validation/field-validation.pipe.js';
import type { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';
import { IsAnyNumber, IsTrueOrFalse, IsWholeNumber } from './number.rules.js';

class Body {
  @IsWholeNumber()
  readonly whole!: number;

  @IsAnyNumber()
  readonly number!: number;

  @IsTrueOrFalse()
  readonly flag!: boolean;
}

const good = { whole: -2_147_483_648, number: 1.5, flag: false };

/** The names of the rules that a body breaks, by field. */
async function faultsOf(body: object): Promise<Record<string, string>> {
  try {
    await new FieldValidationPipe().transform(body, { type: 'body', metatype: Body });
    return {};
  } catch (error) {
    const { faults } = error as InvalidFieldsError;
    return Object.fromEntries(Object.entries(faults).map(([field, { type }]) => [field, type]));
  }
}

describe('The rules for numbers', () => {
  it('let the right values pass', async () => {
    expect(await faultsOf(good)).toEqual({});
  });

  it('say what is missing', async () => {
    expect(await faultsOf({})).toEqual({ whole: 'missing', number: 'missing', flag: 'missing' });
  });

  it.each([
    [
      { whole: 1.5, number: '1', flag: 0 },
      { whole: 'int_type', number: 'number_type', flag: 'bool_type' },
    ],
    [
      { whole: null, number: null, flag: null },
      { whole: 'int_type', number: 'number_type', flag: 'bool_type' },
    ],
    [{ whole: 2_147_483_648 }, { whole: 'int_range' }],
    [{ number: Infinity }, { number: 'number_type' }],
  ])('refuse %j', async (body, faults) => {
    expect(await faultsOf({ ...good, ...body })).toEqual(faults);
  });
});
