import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { envelope, type FieldErrors, validationEnvelope } from '../http/errors/envelope.js';
import { FieldErrorSchema, HttpErrorSchema, ValidationErrorSchema } from './envelope.schema.js';

type Decorator = MethodDecorator & ClassDecorator;

export const retryAfterHeader = {
  'Retry-After': {
    description: 'Seconds after which a retry makes sense',
    schema: { type: 'integer' as const },
  },
};

const rateLimitHeaders = {
  RateLimit: {
    description: 'What is left of each limit: r requests for the next t seconds',
    schema: { type: 'string' as const, example: '"requests";r=0;t=42' },
  },
  'RateLimit-Policy': {
    description: 'The limits of the route: q requests per w seconds',
    schema: { type: 'string' as const, example: '"requests";q=120;w=60' },
  },
};

/** A response with the envelope. Its example shows `detail`, by default the reason phrase of the status. */
export function ErrorResponse(status: number, description: string, detail?: string): Decorator {
  return applyDecorators(
    ApiExtraModels(HttpErrorSchema),
    ApiResponse({
      status,
      description,
      ...(status === 429 && { headers: { ...retryAfterHeader, ...rateLimitHeaders } }),
      ...(status === 503 && { headers: retryAfterHeader }),
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(HttpErrorSchema) },
          example: envelope(status, detail),
        },
      },
    }),
  );
}

/**
 * The errors of a request body.
 * @param fieldErrors an example of what is wrong with a field
 * @param examples a domain's own 400s: their names, each with its detail
 */
export function BodyErrorResponses(
  description: string,
  fieldErrors: FieldErrors,
  examples: Readonly<Record<string, string>> = {},
): Decorator {
  return applyDecorators(
    ApiExtraModels(HttpErrorSchema, ValidationErrorSchema, FieldErrorSchema),
    ApiResponse({
      status: 400,
      description,
      content: {
        'application/json': {
          schema: {
            oneOf: [HttpErrorSchema, ValidationErrorSchema].map((type) => ({ $ref: getSchemaPath(type) })),
          },
          examples: {
            ...Object.fromEntries(
              Object.entries(examples).map(([name, detail]) => [name, { value: envelope(400, detail) }]),
            ),
            'Missing or wrong field': { value: validationEnvelope(400, fieldErrors) },
            'Malformed body': { value: envelope(400, 'The body must be valid JSON') },
          },
        },
      },
    }),
    ErrorResponse(413, 'Body too large.', 'The body may have at most 16384 bytes'),
    ErrorResponse(
      415,
      'Content type not supported.',
      'Send application/json or application/x-www-form-urlencoded, in UTF-8',
    ),
  );
}

/** The responses that any operation can give. */
export function ServerErrorResponses(): Decorator {
  return applyDecorators(
    ErrorResponse(500, 'Unexpected error; the cause is in the log under the X-Request-Id of the response.'),
    ErrorResponse(503, 'Saturated or stopping; try again later.'),
  );
}
