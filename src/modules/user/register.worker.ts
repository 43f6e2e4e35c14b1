import { SqlWorker } from '../../ddd/worker/index.js';
import { AccountEventRepository } from './history/account-event.repository.js';
import { UserRepository } from './user.repository.js';

/** Units of work over the accounts and their history. */
export class RegisterWorker extends SqlWorker.with({
  user: UserRepository,
  history: AccountEventRepository,
}) {}
