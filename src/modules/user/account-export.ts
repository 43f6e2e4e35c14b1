import { moment } from '../../ddd/timing/index.js';
import type { AccountEventRepository } from './history/account-event.repository.js';
import type { AccountEvent } from './history/account-event.entity.js';
import type { User } from './user.entity.js';

/** An entry of the history as people read it. */
export const historyEntry = ({ at, kind, actor, detail, count }: AccountEvent) => ({
  at: moment(at),
  event: kind,
  by: actor,
  ...(detail !== null && { detail }),
  ...(count !== null && { count }),
});

/** What this module holds about an account, except the hash of its password. */
export async function exportAccount(
  { id, email, name, surname, active }: User,
  { history }: { readonly history: AccountEventRepository },
) {
  return {
    profile: { id, email, name, surname, active },
    history: (await history.of(id)).map(historyEntry),
  };
}
