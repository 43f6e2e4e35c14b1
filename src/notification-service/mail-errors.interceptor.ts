import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import { HttpRefusal } from '../http/http-refusal.js';
import {
  KeyReusedError,
  MailRefusedError,
  MailUnavailableError,
  type NotificationServiceErrorCode,
} from './notification-service.errors.js';

/** What each error becomes on the wire: 422 is final for the sender, 503 asks for another try. */
const answers: Readonly<Record<NotificationServiceErrorCode, { status: number; detail: string }>> = {
  'mail.refused': { status: 422, detail: 'The mail server refuses this mail for good' },
  'mail.unavailable': { status: 503, detail: 'The mail could not be handed over now' },
  'once.key-reused': {
    status: 422,
    detail: 'This Idempotency-Key was used for another body: take a new key for each message',
  },
};

/** Turns what went wrong with a mail into an answer, and logs why. */
@Injectable()
export class MailErrorsInterceptor implements NestInterceptor {
  private readonly logger = new Logger(MailErrorsInterceptor.name);

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => this.answerTo(error))));
  }

  private answerTo(error: unknown): unknown {
    if (!isOurs(error)) return error;
    this.logger.warn(error.message);
    const { status, detail } = answers[error.code];
    return new HttpRefusal(
      status,
      detail,
      'retryAfter' in error ? { 'Retry-After': String(error.retryAfter) } : {},
    );
  }
}

function isOurs(error: unknown): error is MailRefusedError | MailUnavailableError | KeyReusedError {
  return [MailRefusedError, MailUnavailableError, KeyReusedError].some((ours) => error instanceof ours);
}
