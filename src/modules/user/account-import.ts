import { randomUUID } from 'node:crypto';
import type { Repositories } from '../../ddd/worker/index.js';
import type { RegisterWorker } from './register.worker.js';
import type { User } from './user.entity.js';

/** An account as another program knew it. */
export interface ImportedAccount extends Omit<User, 'id'> {
  /** Whether its person has proved that they read the mails to its address. */
  readonly verified: boolean;
}

/**
 * Creates the accounts whose e-mail has none yet, and leaves the others as they are.
 * @returns those that it created
 * @throws AlreadyExistsError when the service created one of them at the same moment: repeat the unit of work
 */
export async function importAccounts(
  {
    user,
    history,
    mailbox,
  }: Pick<Repositories<(typeof RegisterWorker)['repositories']>, 'user' | 'history' | 'mailbox'>,
  accounts: readonly ImportedAccount[],
): Promise<User[]> {
  const taken = await user.takenEmails(accounts.map(({ email }) => email));
  // Of two with one e-mail, the first counts.
  const byEmail = new Map(accounts.toReversed().map((account) => [account.email, account]));
  const fresh = [...byEmail.values()]
    .filter(({ email }) => !taken.has(email))
    .map((account) => ({ ...account, id: randomUUID() }));
  const created = await user.create(fresh.map(({ verified: _, ...account }) => account));
  await mailbox.proveAll(fresh.filter(({ verified }) => verified).map(({ id }) => id));
  await history.recordImported(fresh);
  return created;
}
