import { SqlWorker } from '../../../ddd/worker/index.js';
import { SigningKeyRepository } from '../signing-key.repository.js';

/** Units of work over the signing keys. */
export class KeyWorker extends SqlWorker.with({ key: SigningKeyRepository }) {}
