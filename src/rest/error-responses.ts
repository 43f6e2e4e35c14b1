import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { type Envelope, type FieldErrors, validationEnvelope } from '../http/errors/envelope.js';
import { FieldErrorSchema, ValidationErrorSchema } from '../openapi/envelope.schema.js';

/** The body of a 409: which fields are taken. */
@ApiSchema({ name: 'ConflictError' })
export class ConflictErrorSchema implements Envelope {
  @ApiProperty({ type: 'integer', enum: [409] })
  readonly status_code!: number;

  @ApiProperty({
    type: 'object',
    description: 'The fields that are unique together and taken',
    additionalProperties: { $ref: getSchemaPath(FieldErrorSchema) },
  })
  readonly detail!: FieldErrors;

  @ApiProperty({ enum: ['ValidationError'] })
  readonly error!: 'ValidationError';
}

/** @param unique fields whose values no two records share */
export function ConflictResponse(unique: readonly string[]): MethodDecorator {
  const taken = (field: string) => ({ type: 'taken', loc: [field], msg: 'Must be unique, and is taken' });
  const fieldErrors = Object.fromEntries(unique.slice(0, 1).map((field) => [field, taken(field)]));
  return fieldErrorsResponse(409, `Taken already: ${unique.join(', ')}.`, ConflictErrorSchema, fieldErrors);
}

/** @param fieldErrors an example of what is wrong with a parameter */
export function QueryErrorResponse(fieldErrors: FieldErrors): MethodDecorator {
  return fieldErrorsResponse(400, 'Parameters unknown or wrong.', ValidationErrorSchema, fieldErrors);
}

function fieldErrorsResponse(
  status: number,
  description: string,
  schema: new () => Envelope,
  fieldErrors: FieldErrors,
) {
  return applyDecorators(
    ApiExtraModels(schema, FieldErrorSchema),
    ApiResponse({
      status,
      description,
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(schema) },
          example: validationEnvelope(status, fieldErrors),
        },
      },
    }),
  );
}
