/** What an HTTP program does to every request: ids, log, limits, bodies, access, validation, one envelope for errors. */
export { CurrentAccount, Public, Requires, SignedIn } from '../src/http/access/access.decorators.js';
export { InvalidTokenError } from '../src/http/access/access.errors.js';
export { TokenVerifier } from '../src/http/access/token-verifier.js';

export { blockErrorMapping } from '../src/http/errors/error-mapping.js';
export type { ErrorMapping, MappedError } from '../src/http/errors/error-mapping.js';
export { HttpError } from '../src/http/errors/http.error.js';
export { HttpAdapter } from '../src/http/http.adapter.js';
export { applyHttpRules } from '../src/http/http.setup.js';
export type { HttpRules } from '../src/http/http.setup.js';
export { createLogger } from '../src/http/logging/logger.js';
export { NestLogger } from '../src/http/logging/nest-logger.js';
