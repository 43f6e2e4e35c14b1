import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { rateLimit, type RateLimitRequestHandler } from 'express-rate-limit';
import { Settings } from '../../config/settings.js';
import { BoundedStore } from './bounded-store.js';
import { HttpError } from '../errors/http.error.js';

const minuteMs = 60_000;
/** Maximum number of counted addresses: measured, 28 MB of memory at most. */
const maxClients = 100_000;

/**
 * Answers 429 with `Retry-After` to a client address that has used its share of this minute. All routes that carry it
 * share one count: `@UseGuards(AccountThrottlerGuard)`.
 */
@Injectable()
export class AccountThrottlerGuard implements CanActivate {
  private readonly limiter: RateLimitRequestHandler;

  constructor({ http }: Settings) {
    this.limiter = rateLimit({
      windowMs: minuteMs,
      limit: http.rateLimitPerMinute,
      skip: () => http.rateLimitPerMinute === 0,
      store: new BoundedStore(minuteMs, maxClients),
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      handler: (_request, _response, next) => next(new HttpError(429)),
      // Its checks of the proxy settings go to the console; ours are part of the settings.
      validate: false,
    });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    await this.count(http.getRequest<Request>(), http.getResponse<Response>());
    return true;
  }

  /** Rejects when the client has used its share. */
  private count(request: Request, response: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      const counted = (refusal?: unknown) => (refusal instanceof Error ? reject(refusal) : resolve());
      this.limiter(request, response, counted);
    });
  }
}
