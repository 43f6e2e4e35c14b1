import { SqlWorker } from '../../ddd/worker/index.js';
import {
  emailChangedMail,
  emailChangeMail,
  emailChangeRequestedMail,
  emailRestoredMail,
  emailTakenMail,
  emailUndoMail,
  forgetMessage,
  passwordChangedMail,
  resetMail,
  verificationMail,
} from './account-mail.messages.js';
import { AccountMessageRepository } from './account-message.repository.js';
import { ReuseMessageRepository, WelcomeMessageRepository } from './notification.messages.js';

/** Units of work over recorded notifications. */
export class NotificationWorker extends SqlWorker.with({
  welcome: WelcomeMessageRepository,
  reuse: ReuseMessageRepository,
  verification: verificationMail.Message,
  reset: resetMail.Message,
  passwordChanged: passwordChangedMail.Message,
  emailChangeRequested: emailChangeRequestedMail.Message,
  emailChange: emailChangeMail.Message,
  emailTaken: emailTakenMail.Message,
  emailChanged: emailChangedMail.Message,
  emailUndo: emailUndoMail.Message,
  emailRestored: emailRestoredMail.Message,
  forget: forgetMessage.Message,
  accountMessage: AccountMessageRepository,
}) {}
