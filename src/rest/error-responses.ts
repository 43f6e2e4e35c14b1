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
    description: 'The fields that are unique together and taken, or refer to no record',
    additionalProperties: { $ref: getSchemaPath(FieldErrorSchema) },
  })
  readonly detail!: FieldErrors;

  @ApiProperty({ enum: ['ValidationError'] })
  readonly error!: 'ValidationError';
}

/**
 * @param unique fields whose values no two records share
 * @param references fields that refer to a record elsewhere
 */
export function ConflictResponse(
  unique: readonly string[],
  references: readonly string[] = [],
): MethodDecorator {
  const taken = (field: string) => ({ type: 'taken', loc: [field], msg: 'Must be unique, and is taken' });
  const missing = (field: string) => ({
    type: 'reference',
    loc: [field],
    msg: 'Must be the id of a record that exists',
  });
  const examples = [
    ...unique.map((field) => [field, taken(field)] as const),
    ...references.map((field) => [field, missing(field)] as const),
  ];
  const descriptions = [
    ...(unique.length ? [`Taken already: ${unique.join(', ')}.`] : []),
    ...(references.length ? [`No such record: ${references.join(', ')}.`] : []),
  ];
  return fieldErrorsResponse(
    409,
    descriptions.join(' '),
    ConflictErrorSchema,
    Object.fromEntries(examples.slice(0, 1)),
  );
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
