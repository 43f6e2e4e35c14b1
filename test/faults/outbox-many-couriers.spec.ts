/**
 * Four processes of the service on one PostgreSQL, one of them killed: the short form of `npm run test:couriers`.
 * Real: the processes, the database, HTTP. Fake: the notification service, which leaves every tenth request hanging.
 */
import { describe, expect, it } from '@jest/globals';
import { runFleet } from '../support/courier-fleet.js';

const messages = 500;

describe('four couriers', () => {
  it('deliver every message, none twice at the same moment, although one of them is killed', async () => {
    const stats = await runFleet(messages, 120_000);
    expect(stats).toMatchObject({
      delivered: messages,
      keys: messages,
      concurrentDuplicates: 0,
      unexplained: 0,
    });
    expect(stats.hung).toBeGreaterThanOrEqual(messages / 10);
  }, 300_000);
});
