// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { errorAnswer, errorAnswers } from './error-answers.js';

describe('errorAnswers', () => {
  it('tells nothing of a fault but its status', () => {
    const faults = Object.values(errorAnswers).filter(({ status }) => status >= 500);

    expect(new Set(faults.map(({ detail }) => detail))).toEqual(
      new Set(['Internal Server Error', 'Bad Gateway', 'Service Unavailable']),
    );
  });

  it('knows no code that is not ours', () => {
    expect(errorAnswer('user.not-found')).toEqual({ status: 404, detail: 'Not Found' });
    expect(errorAnswer('constructor')).toBeUndefined();
    expect(errorAnswer('SQLITE_BUSY')).toBeUndefined();
  });
});
