import { redactEmails } from './redact-emails.js';

export interface LoggableError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: LoggableError;
}

const maxMessageLength = 1_000;
const maxStackLength = 8_000;
const maxCauseDepth = 8;

/**
 * The fields of an error that may be logged. An allow-list, because drivers and HTTP clients attach statements,
 * parameters, requests and responses to their errors, and those carry personal data.
 */
export function loggableError(thrown: unknown, depth = 0): LoggableError {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: 'something other than an Error was thrown' };
  const { name, message, stack, code, cause } = thrown as Error & { code?: unknown };
  return {
    type: name,
    message: redactEmails(message, maxMessageLength),
    ...(stack && { stack: redactEmails(stack, maxStackLength) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause !== undefined && depth < maxCauseDepth && { cause: loggableError(cause, depth + 1) }),
  };
}

/** The same for an expected error, whose stack says nothing. */
export function withoutStack({ stack: _, cause, ...error }: LoggableError): LoggableError {
  return { ...error, ...(cause && { cause: withoutStack(cause) }) };
}
