/**
 * Four processes of the service on one PostgreSQL deliver 5,000 messages, every tenth request hangs, one process is
 * killed. Real: the processes, the database, HTTP. Fake: the notification service. Prints its figures.
 */
import { describe, expect, it } from '@jest/globals';
import { runFleet } from '../support/courier-fleet.js';

const messages = 5_000;

describe('four couriers', () => {
  it('deliver 5,000 messages, none twice at the same moment, although one of them is killed', async () => {
    const stats = await runFleet(messages, 600_000);
    console.table(stats);
    expect(stats).toMatchObject({
      delivered: messages,
      keys: messages,
      concurrentDuplicates: 0,
      unexplained: 0,
    });
    expect(stats.hung).toBeGreaterThanOrEqual(messages / 10);
  }, 1_200_000);
});
