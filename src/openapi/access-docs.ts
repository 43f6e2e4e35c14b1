import type { OpenAPIObject } from '@nestjs/swagger';
import { needsPermission } from '../http/access/access.js';
import type { DeclaredRoute } from '../http/access/declared-routes.js';
import { envelope } from '../http/errors/envelope.js';

type Responses = NonNullable<OpenAPIObject['paths'][string]['get']>['responses'];

const scheme = 'bearer';

/** Documents the declared access of each operation, and its 401 and 403. */
export function documentAccess(document: OpenAPIObject, routes: readonly DeclaredRoute[]): void {
  document.servers = [{ url: '/' }];
  document.security = [];
  const guarded = routes.filter(({ access }) => access !== 'public');
  if (!guarded.length) return;
  document.components = {
    ...document.components,
    securitySchemes: {
      [scheme]: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The access_token of POST /session/',
      },
    },
  };
  for (const { method, path, access } of guarded) {
    const item = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')];
    const operation = item?.[method.toLowerCase() as 'get'];
    if (!operation || !access || access === 'public') continue;
    operation.security = access.map((permissions) => ({ [scheme]: [...permissions] }));
    addError(document, operation.responses, 401, 'No access token, or one that is not valid.');
    if (needsPermission(access)) addError(document, operation.responses, 403, 'A permission is missing.');
  }
}

/** A description that the operation declares takes precedence. */
function addError(document: OpenAPIObject, responses: Responses, status: number, description: string): void {
  const schema = document.components?.schemas?.['HttpError'] && { $ref: '#/components/schemas/HttpError' };
  responses[status] ??= {
    description,
    ...(schema && { content: { 'application/json': { schema, example: envelope(status) } } }),
  };
}
