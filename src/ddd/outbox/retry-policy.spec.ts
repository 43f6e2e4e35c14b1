// Real: the policy. Fake: the random numbers, which the tests fix.
import { describe, expect, it } from '@jest/globals';
import { RemoteServiceError } from '../repository/index.js';
import { DeliveryCutError } from './delivery-limit.js';
import { RetryPolicy } from './retry-policy.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const minDelayMs = () => 0;
const responded = (status: number, retryAfterMs?: number) =>
  new RemoteServiceError('notes', { status, ...(retryAfterMs !== undefined && { retryAfterMs }) });
const unreachable = new RemoteServiceError('notes', { transport: 'ECONNREFUSED' });

describe('RetryPolicy.judgeFailure', () => {
  it('waits from 1 s, doubling to 15 min, half of it fixed and half random', () => {
    const delays = (chance: number) => {
      const policy = new RetryPolicy(24 * hour, minute, () => chance);
      return [1, 2, 3, 10, 11, 12, 60].map((attempts) => policy.judgeFailure(unreachable, attempts).delayMs);
    };
    expect(delays(1)).toEqual([1, 2, 4, 512, 900, 900, 900].map((seconds) => seconds * second));
    expect(delays(0)).toEqual([0.5, 1, 2, 256, 450, 450, 450].map((seconds) => seconds * second));
  });

  it.each([1 * hour, 24 * hour, 72 * hour])(
    'retries for at least %i ms, even with the shortest delays',
    (retryFor) => {
      const policy = new RetryPolicy(retryFor, minute, minDelayMs);
      let waited = 0;
      let attempts = 1;
      for (;;) {
        const { delayMs } = policy.judgeFailure(unreachable, attempts);
        if (delayMs === undefined) break;
        waited += delayMs;
        attempts++;
      }
      expect(waited).toBeGreaterThanOrEqual(retryFor);
      // Twenty more for leases that may be lost meanwhile.
      expect(waited).toBeLessThan(retryFor + 21 * 450 * second);
    },
  );

  it.each([408, 409, 425, 429, 500, 502, 503, 504, 599])('retries after %i', (status) => {
    const policy = new RetryPolicy(hour, minute);
    expect(policy.judgeFailure(responded(status), 1).delayMs).toBeLessThanOrEqual(second);
  });

  it.each([301, 302, 400, 401, 403, 404, 410, 413, 422])('gives up after %i', (status) => {
    expect(new RetryPolicy(hour, minute).judgeFailure(responded(status), 1).delayMs).toBeUndefined();
  });

  it.each([400, 409, 413, 422, 425, 429])('treats %i as a response of a healthy service', (status) => {
    expect(new RetryPolicy(hour, minute).judgeFailure(responded(status), 1).sign).toBe('healthy');
  });

  it.each([301, 302, 401, 403, 404, 405, 408, 410, 500, 502, 503, 504])(
    'treats %i as a failure of the service',
    (status) => {
      expect(new RetryPolicy(hour, minute).judgeFailure(responded(status), 1).sign).toBe('failing');
    },
  );

  it('retries after a request that never reached the service, and after a bug in the handler', () => {
    const policy = new RetryPolicy(hour, minute);
    expect(policy.judgeFailure(unreachable, 1)).toMatchObject({
      sign: 'failing',
      delayMs: expect.any(Number),
    });
    expect(policy.judgeFailure(new TypeError('x is undefined'), 1)).toMatchObject({
      sign: 'unknown',
      delayMs: expect.any(Number),
    });
  });

  it('waits long before it repeats a delivery with an unknown outcome', () => {
    const policy = new RetryPolicy(hour, minute, minDelayMs);
    for (const error of [
      new DeliveryCutError('timed out after 10000 ms'),
      new RemoteServiceError('notes', { transport: 'ECONNABORTED' }),
    ])
      expect(policy.judgeFailure(error, 1)).toEqual({ sign: 'failing', delayMs: minute });
  });

  it('waits at least as long as the service asks', () => {
    const policy = new RetryPolicy(hour, minute, minDelayMs);
    expect(policy.judgeFailure(responded(429, 60 * second), 1).delayMs).toBe(60 * second);
    expect(policy.judgeFailure(responded(503, 1 * second), 10).delayMs).toBe(256 * second);
  });
});

describe('RetryPolicy.judgeLost', () => {
  it('retries the first at once, waits longer each time, and gives up after twenty', () => {
    const policy = new RetryPolicy(24 * hour, minute, minDelayMs);
    const delays = Array.from({ length: 20 }, (_, lost) => policy.judgeLost(lost, lost + 1));
    expect(delays.slice(0, 5)).toEqual([0, 500, 1_000, 2_000, 4_000]);
    expect(delays.findIndex((delay) => delay === undefined)).toBe(19);
  });
});
