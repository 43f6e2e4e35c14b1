import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { catchError, type Observable, throwError } from 'rxjs';
import { CodedError } from '../ddd/error/index.js';
import { HttpError } from '../http/errors/http.error.js';
import type { NotificationServiceError } from './notification-service.errors.js';
import { wellFormedKey } from './request/idempotency-key.js';

/**
 * The responses to errors. 422 is final. 429 and 409 ask for a retry of this mail and say nothing about others; 503
 * says that no mail would get through.
 */
const responses: Readonly<Record<NotificationServiceError['code'], { status: number; detail: string }>> = {
  'mail.refused': { status: 422, detail: 'The mail server permanently refuses this mail' },
  'mail.deferred': { status: 429, detail: 'The mail server does not accept this mail now' },
  'mail.unavailable': { status: 503, detail: 'The mail could not be handed over now' },
  'mail.unconfirmed': {
    status: 409,
    detail: 'The mail server had this mail and did not confirm it: it may have been sent',
  },
  'once.in-flight': { status: 409, detail: 'The mail of this Idempotency-Key is still being handed over' },
  'once.key-reused': {
    status: 422,
    detail: 'This Idempotency-Key was used for another body: use a new key for each message',
  },
};

/** Maps a failed mail to a response, and logs it with the key. */
@Injectable()
export class MailErrorsInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Mail');

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const key = context.switchToHttp().getRequest<Request>().get('Idempotency-Key') ?? '';
    const named = wellFormedKey.test(key) ? key : 'without a key';
    return next
      .handle()
      .pipe(catchError((error: unknown) => throwError(() => this.toHttpError(error, named))));
  }

  private toHttpError(error: unknown, key: string): unknown {
    if (!isOurs(error)) {
      // Its message may quote the request.
      const { name } = error as Error;
      const status = error instanceof HttpError ? ` with ${error.getStatus()}` : '';
      this.logger.warn(`Mail ${key} failed: the request was refused${status} (${name})`);
      return error;
    }
    this.logger.warn(`Mail ${key} failed: ${error.message}`);
    const { status, detail } = responses[error.code];
    if (!('retryAfterSeconds' in error)) return new HttpError(status, detail);
    return new HttpError(status, detail, { 'Retry-After': String(error.retryAfterSeconds) });
  }
}

const isOurs = (error: unknown): error is NotificationServiceError =>
  error instanceof CodedError && String(error.code) in responses;
