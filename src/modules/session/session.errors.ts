import { CodedError } from '../../ddd/error/index.js';

/** The access token is not one of ours, has expired, or its session has ended. The message says why, for the log only. */
export class InvalidAccessTokenError extends CodedError<'session.invalid-access-token'> {
  readonly code = 'session.invalid-access-token';

  constructor(reason: string) {
    super(`The access token is refused: ${reason}`);
  }
}

/** The refresh token cannot be used, or was used before. */
export class InvalidRefreshTokenError extends CodedError<'session.invalid-refresh-token'> {
  readonly code = 'session.invalid-refresh-token';

  constructor() {
    super('The refresh token is refused: sign in again');
  }
}

/** The caller has no live session of this id. */
export class SessionNotFoundError extends CodedError<'session.not-found'> {
  readonly code = 'session.not-found';

  constructor() {
    super('The account has no live session of this id');
  }
}

/** A permission that cannot be granted. */
export class UngrantablePermissionError extends CodedError<'session.ungrantable-permission'> {
  readonly code = 'session.ungrantable-permission';

  constructor(reason: string) {
    super(`The permission cannot be granted: ${reason}`);
  }
}

/** A signing key cannot be decrypted. */
export class UnreadableKeyError extends CodedError<'session.unreadable-key'> {
  readonly code = 'session.unreadable-key';

  constructor(id: string, options?: ErrorOptions) {
    super(
      `The signing key ${id} cannot be decrypted: put back the KEY_SECRET that it was encrypted under, or replace it ` +
        'with npm run keys -- rotate',
      options,
    );
  }
}

export type SessionErrorCode = (
  | InvalidAccessTokenError
  | InvalidRefreshTokenError
  | SessionNotFoundError
  | UngrantablePermissionError
  | UnreadableKeyError
)['code'];
