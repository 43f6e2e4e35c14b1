import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { HttpError } from '../../http/errors/http.error.js';

/** 1 to 128 letters, digits, `-` or `_`. */
export const wellFormedKey = /^[A-Za-z0-9_-]{1,128}$/;

/** The request's `Idempotency-Key`. @throws HttpError 400 when it is missing or malformed */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<Request>().get('Idempotency-Key');
  if (key === undefined || !wellFormedKey.test(key))
    throw new HttpError(
      400,
      `The Idempotency-Key header ${key === undefined ? 'is missing' : 'is malformed'}: ` +
        'send 1 to 128 letters, digits, - or _, the same on every retry',
    );
  return key;
});
