import { Module } from '@nestjs/common';
import { DatabaseModule } from './database/database.module.js';
import { IdempotencyModule } from './ddd/idempotency/index.js';
import { outboxModule } from './database/outbox-module.js';
import { LimitModule } from './ddd/limit/index.js';
import { CookieVerifier, TokenVerifier } from './http/access/token-verifier.js';
import { MailSealModule, NotificationModule } from './modules/notification/index.js';
import {
  KeySecret,
  limitSecretOf,
  mailSealOf,
  SessionModule,
  SessionVerifier,
} from './modules/session/index.js';
import { UserModule } from './modules/user/index.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { InfoController } from './resource/info/info.controller.js';
import { RefreshCookie } from './resource/session/cookie/refresh-cookie.js';
import { KeySetController } from './resource/session/key-set.controller.js';
import { SessionController } from './resource/session/session.controller.js';
import { SessionResource } from './resource/session/session.resource.js';
import { SignIn } from './resource/session/sign-in.service.js';
import { DeviceTokens } from './resource/user/device/device-tokens.service.js';
import { AccountPageController } from './resource/user/mailbox/account-page.controller.js';
import { MailRequestHandler } from './resource/user/mailbox/mail-request.handler.js';
import { MailRequests } from './resource/user/mailbox/mail-requests.service.js';
import { MailTokens } from './resource/user/mailbox/mail-tokens.service.js';
import { MailboxController } from './resource/user/mailbox/mailbox.controller.js';
import { RecoveryResource } from './resource/user/mailbox/recovery.resource.js';
import { VerificationResource } from './resource/user/mailbox/verification.resource.js';
import { EmailChangeRequestHandler } from './resource/user/me/email-change-request.handler.js';
import { RepeatedSignUpHandler } from './resource/user/repeated-sign-up.handler.js';
import { EmailResource } from './resource/user/me/email.resource.js';
import { ErasureResource } from './resource/user/me/erasure.resource.js';
import { ProfileResource } from './resource/user/me/profile.resource.js';
import { MeController } from './resource/user/me/me.controller.js';
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
    MailSealModule.with({ imports: [SessionModule], inject: [KeySecret], useFactory: mailSealOf }),
    UserModule,
    SessionModule,
    NotificationModule,
    ObservabilityModule,
  ],
  controllers: [
    InfoController,
    UserController,
    MailboxController,
    AccountPageController,
    MeController,
    SessionController,
    KeySetController,
  ],
  providers: [
    UserResource,
    SessionResource,
    SignIn,
    DeviceTokens,
    MailTokens,
    MailRequests,
    MailRequestHandler,
    VerificationResource,
    RecoveryResource,
    ProfileResource,
    EmailResource,
    EmailChangeRequestHandler,
    RepeatedSignUpHandler,
    ErasureResource,
    RefreshCookie,
    { provide: TokenVerifier, useExisting: SessionVerifier },
    { provide: CookieVerifier, useExisting: RefreshCookie },
  ],
})
export class AppModule {}
