import { Injectable } from '@nestjs/common';
import type { Caller } from '../../ddd/resource/index.js';
import { AccountMails } from '../../modules/notification/index.js';
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
    private readonly mails: AccountMails,
    private readonly sessions: SessionRepository,
    private readonly accessTokens: AccessTokens,
    private readonly verifier: SessionVerifier,
  ) {}

  /** @throws LimitReachedError, UserNotFoundError, WrongPasswordError, UserNotActiveError, in this order */
  async signIn(credentials: Credentials, device?: Device, client?: string): Promise<Tokens> {
    const { user: proven, refusedGuesses } = await this.users.authenticate(credentials, device);
    const { id } = proven;
    const grant = await this.registerWorker.run(async ({ user, history }, unit) => {
      // Locked until the commit, so a concurrent deactivation either refuses this session or ends it.
      if (!(await user.holdActive(id))) throw new UserNotActiveError();
      const opened = await this.sessionWorker.join(unit, (repositories) =>
        openSession(repositories, id, client),
      );
      await history.recordProven(id, 'signed-in', refusedGuesses);
      await history.recordEnded(id, opened.displaced, 'displaced', 'program');
      return opened;
    }, locking);
    return this.#tokens(grant);
  }

  /** @throws InvalidRefreshTokenError */
  async refresh(refreshToken: string): Promise<Tokens> {
    const grant = await this.sessionWorker.run(async (repositories, unit) => {
      const outcome = await refreshSession(repositories, refreshToken);
      if (!('reusedBy' in outcome)) return outcome;
      const { reusedBy } = outcome;
      await this.registerWorker.join(unit, async ({ user, history }) => {
        await history.recordEnded(reusedBy, 1, 'reused', 'program');
        const account = await user.find({ id: reusedBy });
        if (account) await this.mails.recordReuse(account, unit);
      });
      return null;
    }, locking);
    if (!grant) throw new InvalidRefreshTokenError();
    return this.#tokens(grant);
  }

  /** The caller's live sessions, the newest first. */
  list({ id }: Caller): Promise<Session[]> {
    return this.sessions.listLive(id, Date.now());
  }

  async signOut({ id, sessionId }: Caller): Promise<void> {
    await this.#end(id, async (session) =>
      (await session.end(sessionId, 'signed-out', Date.now())) ? 1 : 0,
    );
  }

  async signOutEverywhere({ id }: Caller): Promise<void> {
    await this.#end(id, (session) => session.endAll(id, 'signed-out', Date.now()));
  }

  /** @throws SessionNotFoundError unless it is a live session of the caller's own */
  async end({ id }: Caller, sessionId: string): Promise<void> {
    const ended = await this.#end(id, async (session) =>
      (await session.end(sessionId, 'signed-out', Date.now(), id)) ? 1 : 0,
    );
    if (!ended) throw new SessionNotFoundError();
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

  /** @returns how many sessions it ended */
  #end(accountId: string, end: (session: SessionRepository) => Promise<number>): Promise<number> {
    return this.sessionWorker.run(async ({ session }, unit) => {
      const count = await end(session);
      await this.registerWorker.join(unit, ({ history }) =>
        history.recordEnded(accountId, count, 'signed-out'),
      );
      return count;
    }, locking);
  }

  async #tokens(grant: Grant): Promise<Tokens> {
    const { token, expiresIn } = await this.accessTokens.issue(grant);
    const { refreshToken, sessionId } = grant;
    return { accessToken: token, expiresIn, refreshToken, sessionId };
  }
}
