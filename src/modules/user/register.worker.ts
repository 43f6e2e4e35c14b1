import { SqlWorker } from '../../ddd/worker/index.js';
import { UserRepository } from './user.repository.js';

/** Units of work over the accounts. */
export class RegisterWorker extends SqlWorker.with({ user: UserRepository }) {}
