import { Injectable } from '@nestjs/common';
import { SqlWorker } from '../../../src/ddd/worker/index.js';
import { ConfirmationMessageRepository } from './confirmation-message.repository.js';

/** Takes part in the units of work that promise a confirmation. */
@Injectable()
export class ConfirmationWorker extends SqlWorker.with({ confirmation: ConfirmationMessageRepository }) {}
