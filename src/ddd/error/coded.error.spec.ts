// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { CodedError, codedError } from './index.js';

class SoldOutError extends codedError('shop.sold-out', 'Nothing is left') {}
class ShortError extends codedError('shop.short', (left: number) => `Only ${left} are left`) {}

describe('codedError', () => {
  it('makes a class of errors with a code, a message and the name of the class', () => {
    const error = new SoldOutError();

    expect(error).toBeInstanceOf(CodedError);
    expect(error).toBeInstanceOf(SoldOutError);
    expect(error).not.toBeInstanceOf(ShortError);
    expect({ ...error, message: error.message, name: error.name }).toEqual({
      code: 'shop.sold-out',
      message: 'Nothing is left',
      name: 'SoldOutError',
    });
  });

  it('gives the parameters of the constructor to the message', () => {
    expect(new ShortError(3).message).toBe('Only 3 are left');
    // @ts-expect-error the message needs to know how many are left
    expect(new ShortError().message).toBe('Only undefined are left');
  });

  it('has its code as a literal type, which the responses are checked against', () => {
    const code: 'shop.sold-out' = new SoldOutError().code;
    expect(code).toBe('shop.sold-out');
  });
});
