import type { OpenAPIObject } from '@nestjs/swagger';
import { needsPermission } from '../http/access/access.js';
import type { DeclaredRoute } from '../http/access/declared-routes.js';
import { documentError, operationOf } from './document-error.js';

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
  for (const route of guarded) {
    const { access } = route;
    const operation = operationOf(document, route);
    if (!operation || !access || access === 'public') continue;
    operation.security = access.map((permissions) => ({ [scheme]: [...permissions] }));
    documentError(document, operation, 401, { description: 'No access token, or one that is not valid.' });
    if (needsPermission(access))
      documentError(document, operation, 403, { description: 'A permission is missing.' });
  }
}
