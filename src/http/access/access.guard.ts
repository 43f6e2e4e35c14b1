import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from '../../ddd/resource/index.js';
import { InvalidTokenError, PermissionMissingError, TokenRequiredError } from './access.errors.js';
import { accessOf, isAllowed, takesCookie } from './access.js';
import type { Access } from './access.js';
import type { CookieVerifier, TokenVerifier } from './token-verifier.js';

declare module 'http' {
  interface IncomingMessage {
    /** Who sends the request, on routes that need a caller. */
    caller?: Caller;
  }
}

/** Enforces the access that a route declares: 401 without a live session, 403 without the permission. */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier | undefined,
    private readonly cookieVerifier?: CookieVerifier,
  ) {}

  /** Not asynchronous for a public route, which would wait for nothing. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    return access === 'public' || this.#admits(access, context);
  }

  async #admits(access: Exclude<Access, 'public'> | undefined, context: ExecutionContext): Promise<boolean> {
    // The start refuses both. A route that is added later stays closed.
    if (!access || !this.verifier)
      throw new TypeError(`${context.getClass().name} has a route without access`);
    const request = context.switchToHttp().getRequest<Request>();
    const byCookie =
      takesCookie(context.getHandler()) && request.headers.authorization === undefined
        ? await this.cookieVerifier?.verify(request)
        : undefined;
    request.caller = byCookie ?? (await this.verifier.verify(tokenOf(request)));
    if (!isAllowed(access, request.caller)) throw new PermissionMissingError();
    return true;
  }
}

/** The access token of a request. @throws TokenRequiredError, InvalidTokenError */
export function tokenOf({ headers: { authorization } }: Request): string {
  if (authorization === undefined) throw new TokenRequiredError();
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw new InvalidTokenError();
  return token;
}
