// Everything is real: the policy decides on values alone.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AttemptPolicy } from './attempt-policy.js';
import type { AttemptOutcome } from './attempt-policy.js';
import type { Count } from './count.js';

const rules = { freeFailures: 5, firstWaitMs: 1_000, maxWaitMs: 900_000, maxFailures: 100 };
const policy = new AttemptPolicy(rules);
const start = 1_800_000_000_000;

/** Fails `times` in a row, each as soon as it is allowed. @returns the count and the moment of the last failure */
function failed(times: number): { count: Count | null; now: number } {
  let count: Count | null = null;
  let now = start;
  for (let nth = 0; nth < times; nth++) {
    let decision = policy.begin(count, now, now);
    if (!decision.isAllowed) {
      now = decision.retryAt ?? NaN;
      decision = policy.begin(count, now, now);
    }
    if (!decision.isAllowed) throw new Error(`Attempt ${nth + 1} is refused at the announced time`);
    count = policy.end(decision.next, 'failed', now);
  }
  return { count, now };
}

describe('AttemptPolicy', () => {
  it('lets five attempts fail, and doubles the wait after each further failure up to 15 minutes', () => {
    const waits = [4, 5, 6, 7, 8, 14, 15, 99].map((failures) => {
      const { count, now } = failed(failures);
      const decision = policy.begin(count, now, now);
      return decision.isAllowed ? 0 : (decision.retryAt ?? NaN) - now;
    });

    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 512_000, 900_000, 900_000]);
  });

  it('allows nothing after a hundred failures, and keeps that count for ever', () => {
    const { count, now } = failed(100);
    const later = now + 10 * 365 * 86_400_000;

    expect(count).toMatchObject({ count: 100, pending: 0, expiresAt: null });
    expect(policy.begin(count, later, later)).toEqual({ isAllowed: false, retryAt: null });
  });

  it('forgets the failures at a success', () => {
    const { count, now } = failed(7);
    const decision = policy.begin(count, now + 4_000, now + 4_000);

    expect(decision.isAllowed && policy.end(decision.next, 'succeeded', now + 4_100)).toBeNull();
  });

  it('does not count an attempt that was abandoned', () => {
    const { count, now } = failed(3);
    const decision = policy.begin(count, now, now);

    expect(decision.isAllowed && policy.end(decision.next, 'abandoned', now)).toEqual(count);
  });

  it('requires no new wait after an abandoned attempt', () => {
    const { count, now } = failed(15);
    const at = now + 900_000;
    const begun = policy.begin(count, at, at);
    const ended = begun.isAllowed ? policy.end(begun.next, 'abandoned', at + 100) : null;

    expect(policy.begin(ended, at + 101, at + 101).isAllowed).toBe(true);
  });

  it('postpones the next attempt by the first wait only, however long the wait was', () => {
    const { count, now } = failed(15);
    const refusedAt = now + 899_500;

    expect(policy.begin(policy.postpone(count!, refusedAt), refusedAt + 999, refusedAt + 999).isAllowed).toBe(
      false,
    );
    expect(
      policy.begin(policy.postpone(count!, refusedAt), refusedAt + 1_000, refusedAt + 1_000).isAllowed,
    ).toBe(true);
    // It never shortens one.
    expect(policy.postpone(count!, now)).toEqual(count);
  });

  it('does not wait for attempts that began before the clock was set back', () => {
    const decision = policy.begin(failed(6).count, start + 60_000, start + 60_000);
    const before = start - 86_400_000;

    expect(decision.isAllowed && policy.begin(decision.next, before, before)).not.toHaveProperty(
      'pendingSince',
    );
  });

  it('refuses an attempt that arrived before the wait was over, however late it is decided', () => {
    const { count, now } = failed(5);

    expect(policy.begin(count, now + 999, now + 60_000).isAllowed).toBe(false);
    expect(policy.begin(count, now + 1_000, now + 60_000).isAllowed).toBe(true);
  });

  it('waits for the attempts in flight until they count as lost with their process', () => {
    let count: Count | null = null;
    for (let nth = 0; nth < 5; nth++) {
      const decision = policy.begin(count, start, start);
      if (decision.isAllowed) count = decision.next;
    }

    expect(policy.begin(count, start, start)).toMatchObject({ isAllowed: false, pendingSince: start });
    const later = start + 10_000;
    expect(policy.begin(count, later, later).isAllowed).toBe(true);
  });

  it('lengthens no wait when the clock is set back', () => {
    const { count, now } = failed(6);
    const before = now - 86_400_000;

    expect(policy.begin(count, before, before)).toEqual({ isAllowed: false, retryAt: before + 2_000 });
  });

  it('never has more attempts in flight or failed than are free, in any order of events', () => {
    const outcome = fc.constantFrom<AttemptOutcome>('failed', 'succeeded', 'abandoned');
    const step = fc.record({ begins: fc.boolean(), outcome, passesMs: fc.nat({ max: 45 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let count: Count | null = null;
        let now = start;
        let inFlight = 0;
        let failedInRow = 0;
        for (const { begins, outcome: ended, passesMs } of steps) {
          now += passesMs;
          if (begins || !inFlight) {
            const decision = policy.begin(count, now, now);
            if (!decision.isAllowed) {
              expect(inFlight + failedInRow).toBeGreaterThanOrEqual(rules.freeFailures);
              continue;
            }
            count = decision.next;
            inFlight++;
            // Beyond the free ones, one at a time.
            if (failedInRow >= rules.freeFailures) expect(inFlight).toBe(1);
            else expect(inFlight + failedInRow).toBeLessThanOrEqual(rules.freeFailures);
          } else {
            count = policy.end(count, ended, now);
            inFlight--;
            if (ended === 'failed') failedInRow++;
            if (ended === 'succeeded') failedInRow = 0;
          }
          expect(count?.count ?? 0).toBe(inFlight + failedInRow);
        }
      }),
    );
  });
});
