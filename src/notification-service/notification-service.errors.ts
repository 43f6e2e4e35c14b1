import { CodedError } from '../ddd/error/index.js';

const minute = 60;

/** The mail system permanently rejected this mail: it would reject it again. */
export class MailRefusedError extends CodedError<'mail.refused'> {
  readonly code = 'mail.refused';

  /** @param reply the status of the mail server's reply; its text is left out, because it repeats addresses */
  constructor(readonly reply?: number) {
    super(`The mail was permanently refused${reply === undefined ? '' : ` with ${reply}`}`);
  }
}

/**
 * The mail system does not accept this mail now, for example because of a full or greylisting mailbox. Others are not
 * affected.
 */
export class MailDeferredError extends CodedError<'mail.deferred'> {
  readonly code = 'mail.deferred';
  readonly retryAfterSeconds = minute;

  /** @param reason the status of the mail server's reply, or a transport code where it closed the connection */
  constructor(readonly reason: number | string) {
    super(`The mail server does not accept this mail now (${reason})`);
  }
}

/** The mail system itself is failing: it would accept no mail now. */
export class MailUnavailableError extends CodedError<'mail.unavailable'> {
  readonly code = 'mail.unavailable';
  readonly retryAfterSeconds = 5;

  /** @param reason a transport or file code such as ESOCKET or ENOSPC, or the status of the mail server's reply */
  constructor(readonly reason: string) {
    super(`The mail could not be handed over now (${reason})`);
  }
}

/**
 * The mail server had the whole mail and never replied: it may have sent it. RFC 5321 requires a wait of ten minutes
 * for that reply; even then, a repeat is more likely to be a second mail than the first.
 */
export class MailUnconfirmedError extends CodedError<'mail.unconfirmed'> {
  readonly code = 'mail.unconfirmed';

  /** @param reason what ended the wait, such as ETIMEDOUT */
  constructor(
    readonly reason: string,
    readonly retryAfterSeconds = 30 * minute,
  ) {
    super(`The mail server had the mail, and did not confirm it (${reason})`);
  }
}

/** The send of this key is still in flight. A later request gets its outcome, and sends nothing. */
export class SendInFlightError extends CodedError<'once.in-flight'> {
  readonly code = 'once.in-flight';
  readonly retryAfterSeconds = 30;

  constructor() {
    super('The mail is still being handed over');
  }
}

/** A key was reused for another request. */
export class KeyReusedError extends CodedError<'once.key-reused'> {
  readonly code = 'once.key-reused';

  constructor() {
    super('This key was used for another request: a key stands for one request and its retries');
  }
}

export type NotificationServiceError =
  | MailRefusedError
  | MailDeferredError
  | MailUnavailableError
  | MailUnconfirmedError
  | SendInFlightError
  | KeyReusedError;
