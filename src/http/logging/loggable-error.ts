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
 * What of an error may be logged. A list of what is let through, not of what is held back: drivers and HTTP clients
 * hang statements, parameters, requests and answers on their errors, and those carry personal data.
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

/** The same for an error that is expected: where it was thrown says nothing. */
export function withoutStack({ stack: _, cause, ...error }: LoggableError): LoggableError {
  return { ...error, ...(cause && { cause: withoutStack(cause) }) };
}
