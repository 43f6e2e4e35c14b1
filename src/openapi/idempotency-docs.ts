import type { OpenAPIObject } from '@nestjs/swagger';
import type { DeclaredRoute } from '../http/access/declared-routes.js';
import { blockErrorMapping } from '../http/errors/error-mapping.js';
import { maxKeyLength } from '../http/idempotency/idempotency-key.js';
import { documentError, operationOf } from './document-error.js';
import { retryAfterHeader } from './error-responses.js';

const header = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    `A string in quotes that is new for every request, of at most ${maxKeyLength} printable ASCII characters. Sent ` +
    'again with the same body within 24 hours, it gets the answer of the first request, which is executed once.',
  schema: { type: 'string' as const },
  example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
};

/** Documents the header and its errors at each route that takes it. */
export function documentIdempotency(document: OpenAPIObject, routes: readonly DeclaredRoute[]): void {
  for (const route of routes.filter(({ takesIdempotencyKey }) => takesIdempotencyKey)) {
    const operation = operationOf(document, route);
    if (!operation) continue;
    operation.parameters = [...(operation.parameters ?? []), header];
    documentError(document, operation, 400, { description: 'Or the Idempotency-Key is malformed.' });
    documentError(document, operation, 409, {
      description: 'The first request with this Idempotency-Key is in progress.',
      detail: blockErrorMapping['idempotency.in-progress'].detail,
      headers: retryAfterHeader,
    });
    documentError(document, operation, 422, {
      description: 'The Idempotency-Key was used for another request.',
      detail: blockErrorMapping['idempotency.key-reused'].detail,
    });
  }
}
