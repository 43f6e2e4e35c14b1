import { SqlWorker } from '../../ddd/worker/index.js';
import { AccountEventRepository } from './history/account-event.repository.js';
import { RepeatedSignUpRepository } from './history/repeated-sign-up.repository.js';
import { EmailChangeRequestRepository } from './mail-token/email-change-request.repository.js';
import { MailRequestRepository } from './mail-token/mail-request.repository.js';
import { MailTokenRepository } from './mail-token/mail-token.repository.js';
import { ProvenMailboxRepository } from './mail-token/proven-mailbox.repository.js';
import { UserRepository } from './user.repository.js';

/** Units of work over the accounts, their history, and the tokens that mails carried. */
export class RegisterWorker extends SqlWorker.with({
  user: UserRepository,
  history: AccountEventRepository,
  mailToken: MailTokenRepository,
  mailbox: ProvenMailboxRepository,
  mailRequest: MailRequestRepository,
  emailChangeRequest: EmailChangeRequestRepository,
  repeatedSignUp: RepeatedSignUpRepository,
}) {}
