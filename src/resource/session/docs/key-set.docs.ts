import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ServerErrorResponses } from '../../../openapi/error-responses.js';

const key = {
  type: 'object',
  required: ['kty', 'crv', 'x', 'kid', 'use', 'alg'],
  properties: Object.fromEntries(
    Object.entries({
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      kid: '3f9c1d5e7a2b4c6d8e0f',
      use: 'sig',
      alg: 'EdDSA',
    }).map(([name, example]) => [name, { type: 'string', example }]),
  ),
};

export const KeySetDocs = (): MethodDecorator =>
  applyDecorators(
    ApiTags('Session'),
    ApiOperation({
      operationId: 'keySet',
      summary: 'Public keys',
      description: 'The keys that access tokens are verified with (RFC 7517).',
    }),
    ApiResponse({
      status: 200,
      description: 'The key set.',
      schema: {
        type: 'object',
        required: ['keys'],
        properties: { keys: { type: 'array', items: key } },
      },
    }),
    ServerErrorResponses(),
  );
