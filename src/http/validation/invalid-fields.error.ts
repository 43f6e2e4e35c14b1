import { BadRequestException } from '@nestjs/common';
import type { FieldFaults } from '../envelope.js';

/** Fields of the body are missing or wrong. Never holds what was sent. */
export class InvalidFieldsError extends BadRequestException {
  constructor(readonly faults: FieldFaults) {
    super('Fields of the body are missing or wrong');
  }
}
