import { expect } from '@jest/globals';
import type { TestResponse } from './test-app.js';

/** Expects an error answer as the contract has it: its status, its type, and its body to the letter. */
export function expectEnvelope(
  response: TestResponse,
  status: number,
  detail: unknown,
  error = 'HTTPException',
) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.text).toBe(JSON.stringify({ status_code: status, detail, error }));
}
