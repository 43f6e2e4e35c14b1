import { STATUS_CODES } from 'node:http';

/** Where and why the input was refused. */
export interface FieldError {
  /** Name of the rule. */
  readonly type: string;
  /** Path of the field, outermost first. */
  readonly loc: readonly string[];
  readonly msg: string;
}

/** The first error of every field, by dotted path. */
export type FieldErrors = Readonly<Record<string, FieldError>>;

/** The body of every response with a status of 400 or more, with its keys in this order. */
export interface Envelope {
  readonly status_code: number;
  readonly detail: string | FieldErrors;
  readonly error: 'HTTPException' | 'ValidationError';
}

/** @param detail for people; by default the status text of HTTP */
export function envelope(status: number, detail: string = STATUS_CODES[status] ?? 'Error'): Envelope {
  return { status_code: status, detail, error: 'HTTPException' };
}

export function validationEnvelope(status: number, detail: FieldErrors): Envelope {
  return { status_code: status, detail, error: 'ValidationError' };
}
