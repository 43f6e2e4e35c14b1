import type { Repositories } from '../../ddd/worker/index.js';
import type { SessionWorker } from './session.worker.js';

const batchSize = 500;

/** Deletes the sessions, tokens and permissions of an account. @returns how many sessions it ended */
export async function eraseSessions(
  { session, refreshToken, permission }: Repositories<(typeof SessionWorker)['repositories']>,
  accountId: string,
): Promise<number> {
  const ended = (await session.listLive(accountId, Date.now())).length;
  for (;;) {
    const ids = (await session.list({ accountId }, { limit: batchSize })).map(({ id }) => id);
    if (!ids.length) break;
    await refreshToken.drop({ sessionId: { in: ids } });
    await session.drop({ id: { in: ids } });
  }
  await permission.drop({ accountId });
  return ended;
}
