import { internalError, notFound } from '../../http/errors/error-mapping.js';
import type { MappedError, ErrorMapping } from '../../http/errors/error-mapping.js';
import type { SessionErrorCode } from '../../modules/session/index.js';

/** RFC 6750: `error` only where a token was sent. */
const unauthorized = (error?: string): MappedError => ({
  status: 401,
  detail: 'Unauthorized',
  headers: { 'WWW-Authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"` },
});

/** The responses to the errors of sessions. A missing code does not compile. */
export const sessionErrorMapping: ErrorMapping<SessionErrorCode> = {
  'session.invalid-access-token': unauthorized('invalid_token'),
  'session.invalid-refresh-token': unauthorized(),
  'session.not-found': notFound,
  'session.ungrantable-permission': { status: 400, detail: 'The permission cannot be granted' },
  'session.unreadable-key': internalError,
};
