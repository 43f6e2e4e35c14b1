import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { tap } from 'rxjs';
import type { Observable } from 'rxjs';
import { TokenView } from '../dto/token-view.dto.js';
import { RefreshCookie } from './refresh-cookie.js';

const responseOf = (context: ExecutionContext) => context.switchToHttp().getResponse<Response>();

/** Also keeps the refresh token of a token response in the cookie. */
@Injectable()
export class KeepRefreshCookieInterceptor implements NestInterceptor {
  constructor(private readonly cookie: RefreshCookie) {}

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    const keep = (view: object) => {
      if (view instanceof TokenView) this.cookie.keep(view.refresh_token, responseOf(context));
    };
    return next.handle().pipe(tap(keep));
  }
}

/** Sends the cookie back expired when the request has ended its session. */
@Injectable()
export class ExpireRefreshCookieInterceptor implements NestInterceptor {
  constructor(private readonly cookie: RefreshCookie) {}

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    return next.handle().pipe(tap(() => this.cookie.expire(responseOf(context))));
  }
}
