import type { Request } from 'express';
import type { Caller } from '../../ddd/resource/index.js';
import { PermissionMissingError } from '../../http/access/access.errors.js';
import { tokenOf } from '../../http/access/access.guard.js';
import type { TokenVerifier } from '../../http/access/token-verifier.js';
import { HttpError } from '../../http/errors/http.error.js';
import { cookieIn } from '../../http/host-cookie.js';
import { isFromOurPages } from '../../http/middleware/cross-site.js';

export const consolePermission = 'outbox:operate';
export const consoleCookie = '__Host-outbox';

/**
 * Who may operate the outbox: an account with the permission, by its access token, which a browser keeps in a cookie. The
 * session is looked up at each request, so a revoked permission is gone at once.
 */
export class ConsoleAccess {
  constructor(private readonly verifier: TokenVerifier) {}

  /** @throws TokenRequiredError, PermissionMissingError, or the verifier's error for a token that is not valid */
  async callerOf(request: Request): Promise<Caller> {
    const kept = request.headers.authorization === undefined ? cookieIn(request, consoleCookie) : undefined;
    if (kept && request.method === 'POST') assertFromConsole(request);
    return this.verify(kept || tokenOf(request));
  }

  async verify(token: string): Promise<Caller> {
    const caller = await this.verifier.verify(token);
    if (!caller.permissions.includes(consolePermission)) throw new PermissionMissingError();
    return caller;
  }
}

/** A browser sends cookies whichever page asks. @throws HttpError 403 */
export function assertFromConsole(request: Request): void {
  if (!isFromOurPages(request, [])) throw new HttpError(403, 'Only the pages of the console may do this');
}
