import { CodedError } from '../ddd/coded.error.js';

/** The mail system said no for good: the same mail would be refused again. */
export class MailRefusedError extends CodedError<'mail.refused'> {
  readonly code = 'mail.refused';

  /** @param reply the status of the mail server's answer; its text is left out, for it repeats addresses */
  constructor(readonly reply?: number) {
    super(`The mail was refused for good${reply === undefined ? '' : ` with ${reply}`}`);
  }
}

/** The mail could not be handed over now. Worth another try. */
export class MailUnavailableError extends CodedError<'mail.unavailable'> {
  readonly code = 'mail.unavailable';
  /** Seconds after which another try makes sense. */
  readonly retryAfter = 5;

  /** @param reason a transport or file code such as ESOCKET or ENOSPC, or the status of the mail server's answer */
  constructor(readonly reason: string) {
    super(`The mail could not be handed over now (${reason})`);
  }
}

/** A key that stands for one request came with another. */
export class KeyReusedError extends CodedError<'once.key-reused'> {
  readonly code = 'once.key-reused';

  constructor() {
    super('This key was used for another request: a key stands for one request and its retries');
  }
}

export type NotificationServiceErrorCode = (MailRefusedError | MailUnavailableError | KeyReusedError)['code'];
