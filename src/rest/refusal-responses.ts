import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { type Envelope, type FieldFaults, validationEnvelope } from '../http/envelope.js';
import { FieldFaultSchema, ValidationErrorSchema } from '../openapi/envelope.schema.js';

/** The body of a 409: which fields are taken. */
@ApiSchema({ name: 'ConflictError' })
export class ConflictErrorSchema implements Envelope {
  @ApiProperty({ type: 'integer', enum: [409] })
  readonly status_code!: number;

  @ApiProperty({
    type: 'object',
    description: 'The fields that are unique together and taken',
    additionalProperties: { $ref: getSchemaPath(FieldFaultSchema) },
  })
  readonly detail!: FieldFaults;

  @ApiProperty({ enum: ['ValidationError'] })
  readonly error!: 'ValidationError';
}

export function ConflictResponse(): MethodDecorator {
  return faultsResponse(409, 'A unique value is taken.', ConflictErrorSchema, {
    sku: { type: 'taken', loc: ['sku'], msg: 'Must be unique, and is taken' },
  });
}

export function QueryErrorResponse(): MethodDecorator {
  return faultsResponse(400, 'Parameters unknown or wrong.', ValidationErrorSchema, {
    order: { type: 'unknown', loc: ['order'], msg: 'Must be of name, price, each once' },
  });
}

function faultsResponse(
  status: number,
  description: string,
  schema: new () => Envelope,
  faults: FieldFaults,
) {
  return applyDecorators(
    ApiExtraModels(schema, FieldFaultSchema),
    ApiResponse({
      status,
      description,
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(schema) },
          example: validationEnvelope(status, faults),
        },
      },
    }),
  );
}
