import { CodedError } from '../ddd/error/index.js';

const minute = 60;

/** The mail system refused this mail permanently: the same mail would be refused again. */
export class MailRefusedError extends CodedError<'mail.refused'> {
  readonly code = 'mail.refused';

  /** @param reply the status of the mail server's reply; its text is left out, because it repeats addresses */
  constructor(readonly reply?: number) {
    super(`The mail was refused for good${reply === undefined ? '' : ` with ${reply}`}`);
  }
}

/** The mail system does not take this mail now, such as for a full or greylisting mailbox. Others are not affected. */
export class MailDeferredError extends CodedError<'mail.deferred'> {
  readonly code = 'mail.deferred';
  readonly retryAfterSeconds = minute;

  /** @param reason the status of the mail server's reply, or a transport code where it closed the connection */
  constructor(readonly reason: number | string) {
    super(`The mail server does not take this mail now (${reason})`);
  }
}

/** The mail system itself is unwell: no mail would be taken now. */
export class MailUnavailableError extends CodedError<'mail.unavailable'> {
  readonly code = 'mail.unavailable';
  readonly retryAfterSeconds = 5;

  /** @param reason a transport or file code such as ESOCKET or ENOSPC, or the status of the mail server's reply */
  constructor(readonly reason: string) {
    super(`The mail could not be handed over now (${reason})`);
  }
}

/**
 * The mail server had the whole mail and never replied: it may have sent it. RFC 5321 asks for ten minutes of patience
 * with that reply; after those, a repeat is still likelier to be a second mail than the first.
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

/** The send of this key is still in flight. Asking again later tells how it ended, and sends nothing. */
export class SendInFlightError extends CodedError<'once.in-flight'> {
  readonly code = 'once.in-flight';
  readonly retryAfterSeconds = 30;

  constructor() {
    super('The mail is still being handed over');
  }
}

/** A key that stands for one request came with another. */
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
