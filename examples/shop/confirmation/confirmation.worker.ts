import { Injectable } from '@nestjs/common';
import { SqlWorker } from '../../../src/ddd/worker/index.js';
import { ConfirmationMessageRepository } from './confirmation-message.repository.js';

/** Joins the units of work that record a confirmation. */
@Injectable()
export class ConfirmationWorker extends SqlWorker.with({ confirmation: ConfirmationMessageRepository }) {}
