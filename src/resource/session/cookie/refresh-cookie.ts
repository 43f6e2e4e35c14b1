import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../../../config/settings.js';
import type { Caller } from '../../../ddd/resource/index.js';
import { CookieVerifier } from '../../../http/access/token-verifier.js';
import { HttpError } from '../../../http/errors/http.error.js';
import { cookieIn, hostCookie } from '../../../http/host-cookie.js';
import { isFromOurPages } from '../../../http/middleware/cross-site.js';
import { maxIdleMs, SessionVerifier } from '../../../modules/session/index.js';

export const refreshCookieName = '__Host-refresh';

/** The cookie that keeps the refresh token of a browser, where SESSION_COOKIE is on. */
@Injectable()
export class RefreshCookie extends CookieVerifier {
  constructor(
    private readonly settings: Settings,
    private readonly sessions: SessionVerifier,
  ) {
    super();
  }

  async verify(request: Request): Promise<Caller | undefined> {
    const token = this.read(request);
    return token === undefined ? undefined : this.sessions.verifyRefreshToken(token);
  }

  /**
   * The refresh token. A browser sends cookies whichever page asks, so the page must be ours or listed.
   * @throws HttpError 403 for a page of another origin, or a client that names none
   */
  read(request: Request): string | undefined {
    const token = this.settings.session.cookie ? cookieIn(request, refreshCookieName) : undefined;
    if (token !== undefined && !isFromOurPages(request, this.settings.http.corsOrigins ?? []))
      throw new HttpError(403, `The cookie ${refreshCookieName} needs the Origin of one of our pages`);
    return token;
  }

  keep(refreshToken: string, response: Response): void {
    if (this.settings.session.cookie)
      response.cookie(refreshCookieName, refreshToken, { ...hostCookie, maxAge: maxIdleMs });
  }

  expire(response: Response): void {
    if (this.settings.session.cookie) response.clearCookie(refreshCookieName, hostCookie);
  }
}
