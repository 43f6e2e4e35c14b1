import { SqlWorker } from '../../../src/ddd/worker/index.js';
import { ConfirmationMessageRepository } from './confirmation-message.repository.js';

/** Joins the units of work that record a confirmation. */
export class ConfirmationWorker extends SqlWorker.with({ confirmation: ConfirmationMessageRepository }) {}
