import { HttpException } from '@nestjs/common';
import type { FieldErrors } from '../errors/envelope.js';

/** Fields of the request are missing, invalid, or in conflict with stored data. Never contains what was sent. */
export class InvalidFieldsError extends HttpException {
  constructor(
    readonly errors: FieldErrors,
    status = 400,
  ) {
    super('Fields of the request are missing or wrong', status);
  }
}
