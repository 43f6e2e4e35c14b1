import { Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../../config/settings.js';
import { assertLimit, LimitReachedError, Limits } from '../../ddd/limit/index.js';
import type { Limit } from '../../ddd/limit/index.js';
import { clientAddressOf, networkOf } from './client-address.js';
import { reportStanding } from './rate-limit-headers.js';
import { reportUntrustedProxy } from './untrusted-proxy.js';

/** A limit on the requests to a route. */
export interface RouteLimit extends Limit {
  /** Who is counted: the client's network, the default, the account that sends the request, or what a function returns. */
  readonly by?: 'network' | 'account' | ((request: Request) => string);
}

/**
 * Limits a route, or all routes of a controller together: beyond it, the response is 429. Give a function where the limit
 * depends on a setting.
 *
 *     @Limited({ name: 'exports', max: 10, perMs: hour, by: 'account' })
 */
export function Limited(declared: RouteLimit | ((settings: Settings) => RouteLimit)) {
  @Injectable()
  class LimitGuard implements CanActivate {
    readonly #limit: RouteLimit;
    readonly #isLifted: boolean;
    readonly #addressOf: (request: Request) => string;

    constructor(
      private readonly settings: Settings,
      private readonly limits: Limits,
    ) {
      const { http } = settings;
      this.#limit = typeof declared === 'function' ? declared(settings) : declared;
      this.#isLifted = (this.#limit.by ?? 'network') === 'network' && http.rateLimitPerMinute === 0;
      if (!this.#isLifted) assertLimit(this.#limit);
      this.#addressOf = clientAddressOf(http.trustedProxies);
    }

    async canActivate(context: ExecutionContext): Promise<boolean> {
      if (this.#isLifted) return true;
      const http = context.switchToHttp();
      const standing = await this.limits.take(this.#limit, this.#keyOf(http.getRequest<Request>()));
      reportStanding(http.getResponse<Response>(), this.#limit, standing);
      if (!standing.isAllowed) throw new LimitReachedError(this.#limit, standing.resetSeconds);
      return true;
    }

    #keyOf(request: Request): string {
      const { by = 'network', name } = this.#limit;
      if (typeof by === 'function') return by(request);
      if (by === 'network') {
        reportUntrustedProxy(request, this.settings.http.trustedProxies);
        return networkOf(this.#addressOf(request));
      }
      if (!request.caller)
        throw new TypeError(`The limit ${name} counts accounts on a public route: declare @SignedIn()`);
      return request.caller.id;
    }
  }

  return UseGuards(LimitGuard);
}
