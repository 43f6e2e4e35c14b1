import { Injectable } from '@nestjs/common';
import { SqlWorker } from '../../ddd/worker/index.js';
import { ReuseMessageRepository } from './reuse-message.repository.js';
import { WelcomeMessageRepository } from './welcome-message.repository.js';

/** Units of work over recorded notifications. */
@Injectable()
export class NotificationWorker extends SqlWorker.with({
  welcome: WelcomeMessageRepository,
  reuse: ReuseMessageRepository,
}) {}
