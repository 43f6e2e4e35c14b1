import { ApiProperty, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import type { Envelope, FieldError, FieldErrors } from '../http/errors/envelope.js';

/** The first rule that a field breaks. */
@ApiSchema({ name: 'FieldError' })
export class FieldErrorSchema implements FieldError {
  @ApiProperty({ description: 'Name of the rule', example: 'missing' })
  readonly type!: string;

  @ApiProperty({ type: [String], description: 'Path of the field, outermost first' })
  readonly loc!: string[];

  @ApiProperty({ description: 'What is required', example: 'Field required' })
  readonly msg!: string;
}

/** The body of every error response. */
@ApiSchema({ name: 'HttpError' })
export class HttpErrorSchema implements Envelope {
  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, example: 404 })
  readonly status_code!: number;

  @ApiProperty({ example: 'Not Found' })
  readonly detail!: string;

  @ApiProperty({ enum: ['HTTPException'] })
  readonly error!: 'HTTPException';
}

/** The body of a 400 for missing or wrong fields. */
@ApiSchema({ name: 'ValidationError' })
export class ValidationErrorSchema implements Envelope {
  @ApiProperty({ type: 'integer', enum: [400] })
  readonly status_code!: number;

  @ApiProperty({
    type: 'object',
    description: 'The first error of every field, by dotted path',
    additionalProperties: { $ref: getSchemaPath(FieldErrorSchema) },
  })
  readonly detail!: FieldErrors;

  @ApiProperty({ enum: ['ValidationError'] })
  readonly error!: 'ValidationError';
}
