// Real: the expressions and the time zones of this Node.
import { describe, expect, it } from '@jest/globals';
import { CronTicks } from './cron-ticks.js';
import { Every } from './every.js';

const ticks = (expression: string, from: string, until: string, zone = 'Europe/Berlin') =>
  new CronTicks(expression, zone)
    .between(Date.parse(from), Date.parse(until))
    .map((tick) => new Date(tick).toISOString().slice(0, 16));

describe('CronTicks', () => {
  it('has one tick a day when the clocks go forward, also for a time of day that is skipped', () => {
    expect(ticks('30 2 * * *', '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('has one tick a day when the clocks go back, also for a time of day that comes twice', () => {
    expect(ticks('30 2 * * *', '2026-10-24T00:00Z', '2026-10-27T00:00Z')).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('has a tick every hour that passes, whatever the clocks do', () => {
    expect(ticks('0 * * * *', '2026-03-28T22:30Z', '2026-03-29T04:30Z')).toHaveLength(6);
    expect(ticks('0 * * * *', '2026-10-24T22:30Z', '2026-10-25T04:30Z')).toHaveLength(6);
  });

  it('finds the last tick at or before a moment', () => {
    const nightly = new CronTicks('0 3 * * *', 'UTC');
    const tick = Date.parse('2026-05-05T03:00Z');
    expect(nightly.last(tick)).toBe(tick);
    expect(nightly.last(tick - 1)).toBe(tick - 86_400_000);
  });
});

describe('Every', () => {
  it.each([
    ['61 * * * *', 'UTC', /@Every of Job.run: .*minute.*61.*It takes five fields/s],
    ['* *', 'UTC', /@Every of Job.run/],
    ['0 3 * * *', 'Mars/Olympus', /@Every of Job.run: .*Mars.Olympus/s],
    ['0 0 30 2 *', 'UTC', /@Every of Job.run: no moment matches "0 0 30 2 \*"/],
  ])('refuses "%s" in %s, and names the method', (cron, zone, message) => {
    expect(() => {
      class Job {
        @Every(cron, { zone })
        run(): void {}
      }
      return Job;
    }).toThrow(message);
  });
});
