import { expect } from '@jest/globals';
import type { TestResponse } from './test-app.js';

/** Expects an error answer as the contract has it: its status, its type, and its body to the letter. */
export function expectEnvelope(
  answer: TestResponse,
  status: number,
  detail: unknown,
  error = 'HTTPException',
) {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.text).toBe(JSON.stringify({ status_code: status, detail, error }));
}
