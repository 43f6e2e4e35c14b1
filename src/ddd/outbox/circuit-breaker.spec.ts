// Real: the breaker. Fake: the clock, which the tests advance.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';

const limits = { failures: 3, initialPauseMs: 1_000, maxPauseMs: 4_000, maxRequestedPauseMs: 60_000 };

describe('CircuitBreaker', () => {
  let elapsed: number;
  let breaker: CircuitBreaker;

  beforeEach(() => {
    elapsed = 5_000;
    breaker = new CircuitBreaker({ elapsed: () => elapsed }, limits);
  });

  const fail = (times: number, requested?: number) => {
    for (let time = 0; time < times; time++)
      breaker.begin()({ sign: 'failing', ...(requested !== undefined && { requestedPauseMs: requested }) });
  };

  it('stays closed until the consecutive failures reach the limit', () => {
    fail(2);
    expect(breaker.availableSlots).toBe(Infinity);
    breaker.begin()({ sign: 'healthy' });
    fail(2);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker).toMatchObject({ isOpen: true, availableSlots: 0, wait: 1_000 });
  });

  it('lets a single probe through after the pause', () => {
    fail(3);
    elapsed += 999;
    expect(breaker.availableSlots).toBe(0);
    elapsed += 1;
    expect(breaker.availableSlots).toBe(1);
    breaker.begin();
    expect(breaker.availableSlots).toBe(0);
  });

  it('closes when the probe succeeds', () => {
    fail(3);
    elapsed += 1_000;
    breaker.begin()({ sign: 'healthy' });
    expect(breaker).toMatchObject({ isOpen: false, availableSlots: Infinity });
    fail(2);
    expect(breaker.isOpen).toBe(false);
  });

  it('doubles its pause with each failed probe, up to the cap', () => {
    fail(3);
    const pauses = [];
    for (let probe = 0; probe < 4; probe++) {
      pauses.push(breaker.wait);
      elapsed += breaker.wait;
      fail(1);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 4_000]);
  });

  it('starts with the initial pause again after it was closed', () => {
    fail(3);
    elapsed += 1_000;
    fail(1);
    elapsed += 2_000;
    breaker.begin()({ sign: 'healthy' });
    fail(3);
    expect(breaker.wait).toBe(1_000);
  });

  it('is not affected by deliveries that began before it opened and failed after', () => {
    const early = [breaker.begin(), breaker.begin()];
    fail(3);
    elapsed += 400;
    for (const end of early) end({ sign: 'failing' });
    expect(breaker.wait).toBe(600);
  });

  it('closes when a delivery that began before it opened succeeds', () => {
    const early = breaker.begin();
    fail(3);
    early({ sign: 'healthy' });
    expect(breaker.isOpen).toBe(false);
  });

  it('probes again when the outcome of the probe is unknown', () => {
    fail(3);
    elapsed += 1_000;
    breaker.begin()({ sign: 'unknown' });
    expect(breaker.availableSlots).toBe(1);
  });

  it('waits as long as the service asks, up to a limit', () => {
    fail(3, 30_000);
    expect(breaker.wait).toBe(30_000);
    elapsed += 30_000;
    fail(1, 600_000);
    expect(breaker.wait).toBe(60_000);
  });

  it('closes when a delivery requested by an operator succeeds, and is unchanged when it fails', () => {
    fail(3, 60_000);
    const { hold } = breaker;
    fail(1);
    expect(breaker.hold).toBe(hold);
    breaker.begin()({ sign: 'healthy' });
    expect(breaker.isOpen).toBe(false);
  });

  it('reports since when it is open, and why', () => {
    fail(2);
    breaker.begin()({ sign: 'failing', reason: 'answered 503' });
    elapsed += 1_000;
    breaker.begin()({ sign: 'failing', reason: 'answered 404' });
    expect(breaker.hold).toMatchObject({ since: 5_000, probeAt: 8_000, reason: 'answered 404' });
  });
});
