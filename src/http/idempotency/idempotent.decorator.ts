import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

const metadata = 'idempotent';

/**
 * A POST that takes an `Idempotency-Key`: repeated with the same key and body, it answers the same and does nothing. All
 * units of work of such a request are one, which its answer is recorded in. Not for routes that answer tokens or
 * passwords, which would be recorded.
 */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(UseInterceptors(IdempotencyInterceptor), (_target, _name, descriptor) =>
    Reflect.defineMetadata(metadata, true, descriptor?.value as object),
  );

/** Whether the method of a controller takes an `Idempotency-Key`. */
export const isIdempotent = (handler: object): boolean => Reflect.hasOwnMetadata(metadata, handler);
