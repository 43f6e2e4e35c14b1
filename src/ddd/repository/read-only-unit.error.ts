import { CodedError } from '../error/index.js';

/** A write in a unit of work that was opened with `readOnly`. */
export class ReadOnlyUnitError extends CodedError<'unit.read-only'> {
  readonly code = 'unit.read-only';

  constructor(cause?: unknown) {
    super('A write in a read-only unit of work: open it with run(work) without readOnly', { cause });
  }
}
