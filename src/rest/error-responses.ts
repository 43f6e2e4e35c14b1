import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { envelope, type Envelope, type FieldErrors, validationEnvelope } from '../http/errors/envelope.js';
import { FieldErrorSchema, HttpErrorSchema, ValidationErrorSchema } from '../openapi/envelope.schema.js';

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
 * @param removes whether records are removed, which others may refer to
 */
export function ConflictResponse(
  unique: readonly string[],
  references: readonly string[] = [],
  removes = false,
): MethodDecorator {
  const taken = (field: string) => ({ type: 'taken', loc: [field], msg: 'Must be unique, and is taken' });
  const missing = (field: string) => ({
    type: 'reference',
    loc: [field],
    msg: 'Must be the id of a record that exists',
  });
  const [example] = [
    ...unique.map((field) => ({ [field]: taken(field) })),
    ...references.map((field) => ({ [field]: missing(field) })),
  ];
  const descriptions = [
    ...(unique.length ? [`Taken already: ${unique.join(', ')}.`] : []),
    ...(references.length ? [`No such record: ${references.join(', ')}.`] : []),
    ...(removes ? ['Other records still refer to it.'] : []),
  ];
  return errorsResponse(409, descriptions.join(' '), [
    ...(example
      ? [{ name: 'Field', schema: ConflictErrorSchema, value: validationEnvelope(409, example) }]
      : []),
    ...(removes
      ? [
          {
            name: 'Removal',
            schema: HttpErrorSchema,
            value: envelope(409, 'Other records still refer to it'),
          },
        ]
      : []),
  ]);
}

/**
 * An invalid parameter is named by its field; an unreadable header or query is not.
 * @param fieldErrors an example of an invalid parameter
 * @param unreadable an example of an unreadable header or query
 */
export function QueryErrorResponse(fieldErrors: FieldErrors, unreadable: string): MethodDecorator {
  return errorsResponse(400, 'Parameters unknown or wrong, or a query or precondition that cannot be read.', [
    { name: 'Parameter', schema: ValidationErrorSchema, value: validationEnvelope(400, fieldErrors) },
    { name: 'Unreadable', schema: HttpErrorSchema, value: envelope(400, unreadable) },
  ]);
}

interface PossibleError {
  readonly name: string;
  readonly schema: new () => Envelope;
  readonly value: Envelope;
}

/** Errors of one status, each with a schema of its own. */
function errorsResponse(
  status: number,
  description: string,
  errors: readonly PossibleError[],
): MethodDecorator {
  const [first, ...others] = errors.map(({ schema }) => ({ $ref: getSchemaPath(schema) }));
  return applyDecorators(
    ApiExtraModels(FieldErrorSchema, ...errors.map(({ schema }) => schema)),
    ApiResponse({
      status,
      description,
      content: {
        'application/json': {
          schema: first && !others.length ? first : { oneOf: first ? [first, ...others] : [] },
          ...(errors.length === 1
            ? { example: errors[0]?.value }
            : { examples: Object.fromEntries(errors.map(({ name, value }) => [name, { value }])) }),
        },
      },
    }),
  );
}
