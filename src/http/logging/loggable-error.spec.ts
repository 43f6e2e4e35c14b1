// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { loggableError } from './loggable-error.js';

describe('loggableError', () => {
  it('keeps only type, message, stack, code and cause', () => {
    const cause = Object.assign(new TypeError('inner'), { request: { body: 'secret' } });
    const error = Object.assign(new Error('outer', { cause }), {
      code: 'E1',
      config: 'secret',
      parameters: ['secret'],
    });

    const loggable = loggableError(error);

    expect(loggable).toEqual({
      type: 'Error',
      message: 'outer',
      stack: expect.stringContaining('loggable-error.spec'),
      code: 'E1',
      cause: { type: 'TypeError', message: 'inner', stack: expect.any(String) },
    });
    expect(JSON.stringify(loggable)).not.toContain('secret');
  });

  it('reports only the type of a thrown value that is not an error', () => {
    expect(loggableError('a secret')).toEqual({
      type: 'string',
      message: 'something other than an Error was thrown',
    });
  });

  it('stops at a cyclic chain of causes', () => {
    const error = new Error('round');
    error.cause = error;

    expect(JSON.stringify(loggableError(error)).match(/"message":"round"/g)).toHaveLength(9);
  });

  it('masks e-mail addresses and cuts long messages', () => {
    const long = loggableError(new Error('a'.repeat(100_000)));

    expect(loggableError(new Error('no jane.doe+x@mail.example.co.uk here')).message).toBe('no *** here');
    expect(long.message).toHaveLength(1_000);
  });

  it('leaves the paths of packages in a stack readable', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at run (/app/node_modules/@nestjs/core/router.js:1:2)';

    expect(loggableError(error).stack).toContain('/node_modules/@nestjs/core/router.js');
  });
});
