import { HttpError } from '../errors/http.error.js';

/** Asks for an access token. RFC 6750 names an error only where one was sent. */
class UnauthorizedError extends HttpError {
  constructor(challenge: string) {
    super(401, undefined, { 'WWW-Authenticate': challenge });
  }
}

/** The route needs a caller, and no token was sent. */
export class TokenRequiredError extends UnauthorizedError {
  constructor() {
    super('Bearer');
  }
}

/** The token is not valid, or no longer. */
export class InvalidTokenError extends UnauthorizedError {
  constructor() {
    super('Bearer error="invalid_token"');
  }
}

/** The caller lacks a permission. */
export class PermissionMissingError extends HttpError {
  constructor() {
    super(403, undefined, { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' });
  }
}
