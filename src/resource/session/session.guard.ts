import { createParamDecorator, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import {
  InvalidAccessTokenError,
  SessionRequiredError,
  SessionVerifier,
} from '../../modules/session/index.js';
import type { Caller } from '../../modules/session/index.js';

type SignedInRequest = Request & { caller?: Caller };

/** Lets in who sends an access token of a live session. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly verifier: SessionVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const { authorization } = request.headers;
    if (authorization === undefined) throw new SessionRequiredError();
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) throw new InvalidAccessTokenError('the Authorization header is no Bearer token');
    request.caller = await this.verifier.verify(token);
    return true;
  }
}

/** Who sends the request; only behind the guard. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<SignedInRequest>();
  if (!caller) throw new SessionRequiredError();
  return caller;
});
