import type { Repositories } from '../../ddd/worker/index.js';
import type { Actor } from './history/account-event.entity.js';
import type { User } from './user.entity.js';
import type { RegisterWorker } from './register.worker.js';

/**
 * Deletes what this module holds about an account, except its history, which contains nothing personal.
 * @returns its e-mail addresses, now and as far as one can still be undone
 */
export async function eraseAccount(
  { user, history, mailToken, mailbox }: Repositories<(typeof RegisterWorker)['repositories']>,
  { id, email }: User,
  actor: Actor = 'person',
): Promise<string[]> {
  const former = (await mailToken.list({ accountId: id })).flatMap((token) => token.email ?? []);
  await mailToken.drop({ accountId: id });
  // Others may have asked for its address.
  await mailToken.drop({ email });
  await mailbox.drop({ accountId: id });
  await user.delete({ id });
  await history.record(id, 'erased', { actor });
  return [...new Set([email, ...former])];
}
