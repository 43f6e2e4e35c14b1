import { Module } from '@nestjs/common';
import { components } from '../../ddd/component/index.js';
import { AccessTokens } from './access-tokens.service.js';
import { KeySecret } from './key/key-secret.js';
import { KeyWorker } from './key/key.worker.js';
import { SigningKeys } from './key/signing-keys.service.js';
import { SessionMaintenance } from './session-maintenance.service.js';
import { SessionVerifier } from './session-verifier.service.js';
import { SessionWorker } from './session.worker.js';

/** Sessions: their tables and tokens, the keys that sign them, and what accounts may do. */
@Module(
  components(
    SessionWorker,
    KeyWorker,
    KeySecret,
    SigningKeys,
    AccessTokens,
    SessionVerifier,
    SessionMaintenance,
  ),
)
export class SessionModule {}
