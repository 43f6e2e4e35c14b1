import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

const metadata = 'idempotent';

/**
 * A POST that takes an `Idempotency-Key`: a repeat with the same key and body gets the same response and changes nothing.
 * All units of work of such a request are combined into one, in which its response is recorded. Not for routes whose
 * responses contain tokens or passwords.
 */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(UseInterceptors(IdempotencyInterceptor), (_target, _name, descriptor) =>
    Reflect.defineMetadata(metadata, true, descriptor?.value as object),
  );

/** Whether the method of a controller takes an `Idempotency-Key`. */
export const isIdempotent = (handler: object): boolean => Reflect.hasOwnMetadata(metadata, handler);
