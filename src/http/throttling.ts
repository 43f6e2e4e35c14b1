import { promisify } from 'node:util';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Settings } from '../config/settings.js';
import { HttpRefusal } from './http-refusal.js';

const minute = 60_000;

/**
 * Answers 429 with `Retry-After` to a client address that has sent its share for this minute. One count for all routes
 * that carry it: `@UseGuards(ThrottleAccounts)`.
 */
@Injectable()
export class ThrottleAccounts implements CanActivate {
  /** Rejects when the client has sent its share. */
  private readonly count: (request: Request, response: Response) => Promise<void>;

  constructor({ http }: Settings) {
    const limiter: RequestHandler = rateLimit({
      windowMs: minute,
      limit: http.rateLimitPerMinute,
      skip: () => http.rateLimitPerMinute === 0,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      handler: (_request, _response, next) => next(new HttpRefusal(429)),
      // Its checks of the proxy settings go to the console; ours are the settings' own.
      validate: false,
    });
    this.count = promisify<Request, Response, void>(limiter);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    await this.count(http.getRequest<Request>(), http.getResponse<Response>());
    return true;
  }
}
