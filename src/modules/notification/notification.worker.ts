import { SqlWorker } from '../../ddd/worker/index.js';
import { passwordChangedMail, resetMail, verificationMail } from './account-mail.messages.js';
import { AccountMessageRepository } from './account-message.repository.js';
import { ReuseMessageRepository, WelcomeMessageRepository } from './notification.messages.js';

/** Units of work over recorded notifications. */
export class NotificationWorker extends SqlWorker.with({
  welcome: WelcomeMessageRepository,
  reuse: ReuseMessageRepository,
  verification: verificationMail.Message,
  reset: resetMail.Message,
  passwordChanged: passwordChangedMail.Message,
  accountMessage: AccountMessageRepository,
}) {}
