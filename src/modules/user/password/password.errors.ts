import { CodedError } from '../../../ddd/error/index.js';

/** More hashes are waiting than can be computed in the time allowed. */
export class HashingSaturatedError extends CodedError<'password.hashing-saturated'> {
  readonly code = 'password.hashing-saturated';

  /** @param retryAfterSeconds whole seconds after which a retry makes sense */
  constructor(readonly retryAfterSeconds: number) {
    super('Too many passwords are waiting to be hashed');
  }
}

/** A stored hash that this process cannot check. Contains no part of the hash. */
export class UnreadableHashError extends CodedError<'password.unreadable-hash'> {
  readonly code = 'password.unreadable-hash';

  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`A stored password hash cannot be checked: ${reason}`, options);
  }
}

export type PasswordErrorCode = (HashingSaturatedError | UnreadableHashError)['code'];
