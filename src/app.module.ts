import { Module } from '@nestjs/common';
import { DatabaseModule } from './database/database.module.js';
import { IdempotencyModule } from './ddd/idempotency/index.js';
import { outboxModule } from './database/outbox-module.js';
import { LimitModule } from './ddd/limit/index.js';
import { CookieVerifier, TokenVerifier } from './http/access/token-verifier.js';
import { NotificationModule } from './modules/notification/index.js';
import { KeySecret, limitSecretOf, SessionModule, SessionVerifier } from './modules/session/index.js';
import { UserModule } from './modules/user/index.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { InfoController } from './resource/info/info.controller.js';
import { RefreshCookie } from './resource/session/cookie/refresh-cookie.js';
import { KeySetController } from './resource/session/key-set.controller.js';
import { SessionController } from './resource/session/session.controller.js';
import { SessionResource } from './resource/session/session.resource.js';
import { SignIn } from './resource/session/sign-in.service.js';
import { DeviceTokens } from './resource/user/device/device-tokens.service.js';
import { MeController } from './resource/user/me.controller.js';
import { UserController } from './resource/user/user.controller.js';
import { UserResource } from './resource/user/user.resource.js';

/**
 * The assembly: infrastructure, modules, and the resources composed of them. The settings come from its program:
 * `imports: [ConfigModule.with(settings)]`.
 */
@Module({
  imports: [
    DatabaseModule,
    outboxModule,
    LimitModule.with({ imports: [SessionModule], inject: [KeySecret], useFactory: limitSecretOf }),
    IdempotencyModule.with({
      imports: [SessionModule],
      inject: [KeySecret],
      useFactory: (secret: KeySecret) => ({ fingerprintKey: () => secret.derive('idempotency') }),
    }),
    UserModule,
    SessionModule,
    NotificationModule,
    ObservabilityModule,
  ],
  controllers: [InfoController, UserController, MeController, SessionController, KeySetController],
  providers: [
    UserResource,
    SessionResource,
    SignIn,
    DeviceTokens,
    RefreshCookie,
    { provide: TokenVerifier, useExisting: SessionVerifier },
    { provide: CookieVerifier, useExisting: RefreshCookie },
  ],
})
export class AppModule {}
