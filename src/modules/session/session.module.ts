import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sqlWorkerComponent } from '../../ddd/component/index.js';
import { AccessTokens } from './access-tokens.service.js';
import { KeySecret } from './key/key-secret.js';
import { KeyWorker } from './key/key.worker.js';
import { SigningKeys } from './key/signing-keys.service.js';
import { Permission } from './permission.entity.js';
import { RefreshToken } from './refresh-token.entity.js';
import { SessionMaintenance } from './session-maintenance.service.js';
import { SessionVerifier } from './session-verifier.service.js';
import { Session } from './session.entity.js';
import { SessionWorker } from './session.worker.js';
import { SigningKey } from './signing-key.entity.js';

const sessions = sqlWorkerComponent(SessionWorker);
const keys = sqlWorkerComponent(KeyWorker);

/** Sessions: their tables and tokens, the keys that sign them, and what accounts may do. */
@Module({
  imports: [TypeOrmModule.forFeature([Session, RefreshToken, Permission, SigningKey])],
  providers: [
    ...sessions.providers,
    ...keys.providers,
    KeySecret,
    SigningKeys,
    AccessTokens,
    SessionVerifier,
    SessionMaintenance,
  ],
  exports: [...sessions.exports, KeySecret, SigningKeys, AccessTokens, SessionVerifier],
})
export class SessionModule {}
