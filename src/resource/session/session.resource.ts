import { Injectable } from '@nestjs/common';
import type { Caller } from '../../ddd/resource/index.js';
import { MailLimit, NotificationWorker, reuseTopic } from '../../modules/notification/index.js';
import {
  AccessTokens,
  InvalidAccessTokenError,
  InvalidRefreshTokenError,
  openSession,
  refreshSession,
  SessionNotFoundError,
  SessionRepository,
  SessionVerifier,
  SessionWorker,
} from '../../modules/session/index.js';
import type { AccessClaims, Grant, Session } from '../../modules/session/index.js';
import { RegisterWorker, UserNotActiveError } from '../../modules/user/index.js';
import type { Device } from '../user/device/device.js';
import { UserResource } from '../user/user.resource.js';
import type { Credentials } from '../user/user.resource.js';

/** What a client holds after a sign-in or a refresh. */
export interface Tokens {
  readonly accessToken: string;
  /** Seconds for which the access token is valid. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  readonly sessionId: string;
}

/** The claims of a live token, with the current permissions. */
export type Introspection = { readonly active: false } | ({ readonly active: true } & AccessClaims);

/** Every unit locks the account, then the session, before it decides, so none needs to be retried. */
const locking = { isolation: 'READ COMMITTED' } as const;

/** The rules of sessions: how they start, refresh and end. */
@Injectable()
export class SessionResource {
  constructor(
    private readonly users: UserResource,
    private readonly registerWorker: RegisterWorker,
    private readonly sessionWorker: SessionWorker,
    private readonly notificationWorker: NotificationWorker,
    private readonly mails: MailLimit,
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
    private readonly verifier: SessionVerifier,
  ) {}

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, UserNotActiveError, in this order */
  async signIn(credentials: Credentials, device?: Device, client?: string): Promise<Tokens> {
    const { id } = await this.users.signIn(credentials, device);
    const grant = await this.registerWorker.run(async ({ user }, unit) => {
      // Locked until the commit, so a concurrent deactivation either refuses this session or ends it.
      if (!(await user.holdActive(id))) throw new UserNotActiveError();
      return this.sessionWorker.join(unit, (repositories) => openSession(repositories, id, client));
    }, locking);
    return this.#tokens(grant);
  }

  /** @throws InvalidRefreshTokenError */
  async refresh(refreshToken: string): Promise<Tokens> {
    const grant = await this.sessionWorker.run(async (repositories, unit) => {
      const outcome = await refreshSession(repositories, refreshToken);
      if (!('reusedBy' in outcome)) return outcome;
      const { reusedBy } = outcome;
      const account = await this.registerWorker.join(unit, ({ user }) => user.find({ id: reusedBy }));
      if (account && (await this.mails.allows(account.email, reuseTopic, unit)))
        await this.notificationWorker.join(unit, ({ reuse }) => reuse.record(account));
      return null;
    }, locking);
    if (!grant) throw new InvalidRefreshTokenError();
    return this.#tokens(grant);
  }

  /** The caller's live sessions, the newest first. */
  list({ id }: Caller): Promise<Session[]> {
    return this.sessions.listLive(id, Date.now());
  }

  async signOut({ sessionId }: Caller): Promise<void> {
    await this.sessions.end(sessionId, 'signed-out', Date.now());
  }

  async signOutEverywhere({ id }: Caller): Promise<void> {
    // In a unit, because PostgreSQL may refuse one of two concurrent ends of the same sessions; a unit is retried.
    await this.sessionWorker.run(({ session }) => session.endAll(id, 'signed-out', Date.now()), locking);
  }

  /** @throws SessionNotFoundError unless it is a live session of the caller's own */
  async end({ id }: Caller, sessionId: string): Promise<void> {
    if (!(await this.sessions.end(sessionId, 'signed-out', Date.now(), id))) throw new SessionNotFoundError();
  }

  async introspect(token: string): Promise<Introspection> {
    try {
      const { caller, claims } = await this.verifier.inspect(token);
      return { active: true, ...claims, permissions: caller.permissions };
    } catch (error) {
      if (error instanceof InvalidAccessTokenError) return { active: false };
      throw error;
    }
  }

  async #tokens(grant: Grant): Promise<Tokens> {
    const { token, expiresIn } = await this.accessTokens.issue(grant);
    const { refreshToken, sessionId } = grant;
    return { accessToken: token, expiresIn, refreshToken, sessionId };
  }
}
