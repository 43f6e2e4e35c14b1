import { withoutEmails } from './without-emails.js';

export interface LoggableError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: LoggableError;
}

const longestMessage = 1_000;
const longestStack = 8_000;
const deepestCause = 8;

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
    message: withoutEmails(message, longestMessage),
    ...(stack && { stack: withoutEmails(stack, longestStack) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause !== undefined && depth < deepestCause && { cause: loggableError(cause, depth + 1) }),
  };
}

/** The same for an error that is expected: where it was thrown says nothing. */
export function withoutStack({ stack: _, cause, ...error }: LoggableError): LoggableError {
  return { ...error, ...(cause && { cause: withoutStack(cause) }) };
}
