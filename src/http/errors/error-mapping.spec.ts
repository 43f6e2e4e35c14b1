// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { blockErrorMapping, mappedError } from './error-mapping.js';

describe('blockErrorMapping', () => {
  it('reveals only the status of an internal error', () => {
    const errors = Object.values(blockErrorMapping).filter(({ status }) => status >= 500);

    expect(new Set(errors.map(({ detail }) => detail))).toEqual(
      new Set(['Internal Server Error', 'Bad Gateway', 'Service Unavailable']),
    );
  });
});

describe('mappedError', () => {
  it('returns nothing for an unknown code', () => {
    expect(mappedError('repository.not-found', blockErrorMapping)).toEqual({
      status: 404,
      detail: 'Not Found',
    });
    expect(mappedError('constructor', blockErrorMapping)).toBeUndefined();
    expect(mappedError('SQLITE_BUSY', blockErrorMapping)).toBeUndefined();
  });
});
