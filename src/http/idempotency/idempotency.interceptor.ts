import { Injectable, Optional } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { IdempotentRequests } from '../../ddd/idempotency/index.js';
import type { RecordedResponse } from '../../ddd/idempotency/index.js';
import { renderError } from '../errors/envelope.filter.js';
import { errorMappingOf } from '../errors/error-mapping.js';
import { apply, recordableResponse, responseOfError } from './recorded-response.js';
import { idempotencyKeyOf } from './idempotency-key.js';

/** Executes a request with an `Idempotency-Key` once, and repeats the recorded response afterwards. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #requests: IdempotentRequests;

  constructor(@Optional() requests?: IdempotentRequests) {
    if (!requests)
      throw new TypeError(
        'A route has @Idempotent(), and the program keeps no records: import IdempotencyModule.with() in the assembly',
      );
    this.#requests = requests;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const key = idempotencyKeyOf(request);
    return key === undefined ? next.handle() : from(this.#respond(key, request, http.getResponse(), next));
  }

  async #respond(key: string, request: Request, response: Response, next: CallHandler): Promise<unknown> {
    const [path = '', query = ''] = request.originalUrl.split(/\?(.*)/s);
    const recorded = await this.#requests.respond(
      {
        route: `${request.method} ${path.replace(/\/*$/, '/')}`,
        callerId: request.caller?.id,
        key,
        content: [query, request.body],
      },
      {
        execute: async () =>
          recordableResponse(await lastValueFrom(next.handle(), { defaultValue: undefined }), response),
        responseTo: (error) => resultIn(error, request),
      },
    );
    return apply(recorded, response);
  }
}

/** What the operation decided. A 429 or an internal error says that it was not carried out. */
function resultIn(error: unknown, { app }: Request): RecordedResponse | undefined {
  const rendered = renderError(error, errorMappingOf(app));
  const { status_code: status } = rendered.body;
  return status < 500 && status !== 429 ? responseOfError(rendered) : undefined;
}
