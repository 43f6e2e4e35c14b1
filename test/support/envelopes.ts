import { expect } from '@jest/globals';
import type { TestResponse } from './test-app.js';

/** Expects an error response as in the contract: its status, its type, and its exact body. */
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
