import type { NodemailerError } from 'nodemailer';
import { MailDeferredError, MailRefusedError, MailUnavailableError } from '../notification-service.errors.js';

export type SmtpFailure = Pick<
  NodemailerError,
  'code' | 'originalCode' | 'command' | 'responseCode' | 'response'
>;

/** Replies that ask for other credentials (RFC 4954), which the operator can correct. */
const credentialReplies = [454, 530, 534, 535, 538];
/** 421 ends the session; the others report a protocol error (RFC 5321, 4.2.2). */
const sessionReplies = [421, 500, 502, 503, 504];
/** Codes of a connection that was established and then lost. */
const droppedCodes = ['ECONNECTION', 'ECONNRESET', 'EPIPE'];

/**
 * Distinguishes a reply about this mail from one that any other mail would get as well, by the command that it answers
 * and by the enhanced status code, if there is one (RFC 3463).
 */
export function failureOf(failure: SmtpFailure): MailRefusedError | MailDeferredError | MailUnavailableError {
  const { code, originalCode = code, command, responseCode } = failure;
  // nodemailer itself rejects an address or a size that the server could not accept.
  if ((code === 'EENVELOPE' && command === 'API') || (code === 'EMESSAGE' && !responseCode))
    return new MailRefusedError();
  if (responseCode && isAboutTheMail(failure))
    return responseCode >= 500 ? new MailRefusedError(responseCode) : new MailDeferredError(responseCode);
  return new MailUnavailableError([originalCode, responseCode].filter(Boolean).join(' ') || 'unknown');
}

/**
 * Whether a failure that looks general came after the server knew the recipient, or may have: some servers close the
 * session, or reply 421, because of one rejected recipient.
 */
export function mayConcernOneMail({
  code,
  originalCode = code,
  command,
  responseCode,
}: SmtpFailure): boolean {
  if (command === 'RCPT TO' || command === 'DATA') return true;
  return command === 'CONN' && (responseCode === 421 || droppedCodes.includes(originalCode ?? ''));
}

function isAboutTheMail({ command, responseCode = 0, response = '' }: SmtpFailure): boolean {
  if ([...credentialReplies, ...sessionReplies].includes(responseCode)) return false;
  const [, subject, detail] = /^\d{3}[ -][245]\.(\d{1,3})\.(\d{1,3})\b/.exec(response) ?? [];
  switch (`${subject}.${detail}`) {
    case '1.7': // bad sender address: many servers say so only after RCPT
    case '1.8':
    case '4.5': // congestion
      return false;
    case '3.4': // too big
      return true;
  }
  if (subject === '3') return false; // the mail system: full, or not accepting
  if (command === 'RCPT TO' || command === 'DATA') return true;
  // A reply to MAIL FROM precedes the recipient: only one about the content concerns this mail.
  return command === 'MAIL FROM' && subject === '6';
}
