import { SqlWorker } from '../../ddd/worker/index.js';
import { PermissionRepository } from './permission.repository.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { SessionRepository } from './session.repository.js';

/** Units of work over sessions, their refresh tokens, and what accounts may do. */
export class SessionWorker extends SqlWorker.with({
  session: SessionRepository,
  refreshToken: RefreshTokenRepository,
  permission: PermissionRepository,
}) {}
