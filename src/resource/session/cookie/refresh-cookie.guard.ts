import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { RefreshCookie } from './refresh-cookie.js';

/** Takes the refresh token from the cookie when the body has none. */
@Injectable()
export class RefreshCookieGuard implements CanActivate {
  constructor(private readonly cookie: RefreshCookie) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const body = request.body as { readonly refresh_token?: unknown };
    const token = body.refresh_token === undefined ? this.cookie.read(request) : undefined;
    if (token !== undefined) request.body = { ...body, refresh_token: token };
    return true;
  }
}
