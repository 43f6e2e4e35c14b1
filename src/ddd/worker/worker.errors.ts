import { CodedError } from '../error/index.js';
import type { ReadOnlyUnitError } from '../repository/index.js';
import type { Isolation } from './unit-options.js';

export { ReadOnlyUnitError } from '../repository/index.js';

/**
 * `run` inside an open unit of work, or a plain repository used there: it would deadlock, or write outside the unit.
 */
export class NestedUnitError extends CodedError<'unit.nested'> {
  readonly code = 'unit.nested';

  constructor(
    what: string,
    remedy = 'take part in it with worker.join(unit, work), and use the repositories that the callback was given',
  ) {
    super(`${what} inside an open unit of work on the same data source: ${remedy}`);
  }
}

/** A repository or unit used after its unit of work ended. */
export class UnitClosedError extends CodedError<'unit.closed'> {
  readonly code = 'unit.closed';

  constructor() {
    super(
      'This unit of work has ended: await everything inside the callback, and keep no repository outside of it',
    );
  }
}

/** The callback did not return in time; all its writes were rolled back. */
export class UnitTimeoutError extends CodedError<'unit.timed-out'> {
  readonly code = 'unit.timed-out';
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds = 1;

  constructor(readonly limit: number) {
    super(
      `This unit of work was still open after ${limit} ms and was rolled back: do slow work (HTTP, hashing) before it, ` +
        'or raise the limit with run(work, { timeoutMs })',
    );
  }
}

/** The callback swallowed a statement's error and returned; nothing was committed. */
export class UnitFailedError extends CodedError<'unit.failed'> {
  readonly code = 'unit.failed';

  constructor(cause: unknown) {
    super(
      'A statement of this unit of work failed and the callback went on; everything was rolled back, as PostgreSQL ' +
        'would: let the error pass, or use a statement that cannot fail (ON CONFLICT DO NOTHING)',
      { cause },
    );
  }
}

/** A statement that would end its transaction, or change the connection for its next user. */
export class RefusedStatementError extends CodedError<'unit.refused-statement'> {
  readonly code = 'unit.refused-statement';

  /** @param statement its first words, without values */
  constructor(
    readonly statement: string,
    wayOut: string,
    cause?: unknown,
  ) {
    super(`${statement} is refused on a shared connection: ${wayOut}`, cause === undefined ? {} : { cause });
  }
}

/** The callback returned while a nested transaction was still open; nothing was committed. */
export class OpenTransactionError extends CodedError<'unit.open-transaction'> {
  readonly code = 'unit.open-transaction';

  constructor() {
    super(
      'The callback of this unit of work returned while a transaction nested in it was still open; everything was ' +
        'rolled back: await unit.manager.transaction(), and end each queryRunner.startTransaction()',
    );
  }
}

/** A worker tried to join a unit of another data source. */
export class ForeignUnitError extends CodedError<'unit.foreign'> {
  readonly code = 'unit.foreign';

  constructor() {
    super(
      'Only a worker of the same data source can join a unit of work: record a message in an outbox instead',
    );
  }
}

/** Units of work that are combined share one transaction, which the first began with less isolation than a later needs. */
export class WeakIsolationError extends CodedError<'unit.weak-isolation'> {
  readonly code = 'unit.weak-isolation';

  constructor(begun: Isolation, requested: Isolation) {
    super(
      `This unit of work is part of a combined unit that began with ${begun}: run the first unit with ${requested}, or ` +
        `this one with ${begun}`,
    );
  }
}

export type UnitErrorCode = (
  | NestedUnitError
  | UnitClosedError
  | UnitTimeoutError
  | UnitFailedError
  | RefusedStatementError
  | OpenTransactionError
  | ReadOnlyUnitError
  | ForeignUnitError
  | WeakIsolationError
)['code'];
