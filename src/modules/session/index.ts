export type { AccessClaims } from './token/access-token.js';
export { AccessTokens } from './access-tokens.service.js';
export type { PublicJwk } from './key/key-pair.js';
export { KeySecret, limitSecretOf, mailSealOf } from './key/key-secret.js';
export { rotationMs, SigningKeys, signingKeysOf } from './key/signing-keys.service.js';
export { eraseSessions } from './session-erasure.js';
export { exportSessions } from './session-export.js';
export { maxIdleMs, openSession, refreshSession } from './session-life.js';
export type { Grant } from './session-life.js';
export { SessionVerifier } from './session-verifier.service.js';
export { Session } from './session.entity.js';
export {
  InvalidAccessTokenError,
  InvalidRefreshTokenError,
  SessionNotFoundError,
  UngrantablePermissionError,
} from './session.errors.js';
export type { SessionErrorCode } from './session.errors.js';
export { SessionMaintenance } from './session-maintenance.service.js';
export { SessionModule } from './session.module.js';
export { SessionRepository } from './session.repository.js';
export { SessionWorker } from './session.worker.js';
export { SigningKey } from './signing-key.entity.js';
export { PermissionRepository } from './permission.repository.js';
export { Permission } from './permission.entity.js';
export { RefreshToken } from './refresh-token.entity.js';
