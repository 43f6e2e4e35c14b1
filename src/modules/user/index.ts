export { AccountMaintenance } from './account-maintenance.service.js';
export { eraseAccount } from './account-erasure.js';
export { ErasedStorage } from './erased-storage.js';
export { importAccounts } from './account-import.js';
export type { ImportedAccount } from './account-import.js';
export { exportAccount, historyEntry } from './account-export.js';
export { guessLimit, Guesses } from './guesses.service.js';
export { AccountEvent } from './history/account-event.entity.js';
export { readImportableHash } from './password/foreign/importable-hash.js';
export { AccountEventRepository } from './history/account-event.repository.js';
export {
  RepeatedSignUp,
  RepeatedSignUpRepository,
  repeatedSignUpTopic,
} from './history/repeated-sign-up.repository.js';
export { HashLimiter } from './password/hash-limiter.js';
export { hashSpans, queueSpans } from './password/hash-spans.js';
export { HashingSaturatedError, UnreadableHashError } from './password/password.errors.js';
export type { PasswordErrorCode } from './password/password.errors.js';
export { EmailChangeRequest, emailChangeRequestTopic } from './mail-token/email-change-request.repository.js';
export { MailRequest, mailRequestTopic } from './mail-token/mail-request.repository.js';
export type { RequestedPurpose } from './mail-token/mail-request.repository.js';
export type { MailToken, MailTokenPurpose } from './mail-token/mail-token.entity.js';
export { ProvenMailboxRepository } from './mail-token/proven-mailbox.repository.js';
export { PasswordPolicy } from './password/password-policy.js';
export { Passwords } from './password/passwords.service.js';
export { StoredHashCosts } from './password/stored-hash-costs.service.js';
export { RegisterWorker } from './register.worker.js';
export { User } from './user.entity.js';
export {
  GuessablePasswordError,
  InvalidMailTokenError,
  MailboxNotProvenError,
  UserNotActiveError,
  UserNotFoundError,
  WrongPasswordError,
} from './user.errors.js';
export type { UserErrorCode } from './user.errors.js';
export { UserModule } from './user.module.js';
export { UserRepository } from './user.repository.js';
