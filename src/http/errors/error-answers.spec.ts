// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { blockAnswers, errorAnswer } from './error-answers.js';

describe('blockAnswers', () => {
  it('reveals only the status of an internal error', () => {
    const errors = Object.values(blockAnswers).filter(({ status }) => status >= 500);

    expect(new Set(errors.map(({ detail }) => detail))).toEqual(
      new Set(['Internal Server Error', 'Bad Gateway', 'Service Unavailable']),
    );
  });
});

describe('errorAnswer', () => {
  it('returns nothing for an unknown code', () => {
    expect(errorAnswer('repository.not-found', blockAnswers)).toEqual({ status: 404, detail: 'Not Found' });
    expect(errorAnswer('constructor', blockAnswers)).toBeUndefined();
    expect(errorAnswer('SQLITE_BUSY', blockAnswers)).toBeUndefined();
  });
});
