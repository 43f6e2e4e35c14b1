import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const name = 'X-Request-Id';
const id = '3b0f7c1e-5a86-4b0e-9d52-7a1c3f0e8b64';

/** Documents the id that every request may bring and every response has. */
export function documentRequestId(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths))
    for (const method of methods) {
      const operation = item[method];
      if (operation) describe(operation);
    }
}

function describe(operation: Operation): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name,
      in: 'header',
      required: false,
      description: 'Identifies the request in the log. Generated when it is missing or malformed',
      schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$', example: id },
    },
  ];
  for (const response of Object.values(operation.responses)) {
    if (!response || '$ref' in response) continue;
    response.headers = {
      ...response.headers,
      [name]: {
        description: 'Identifies the request in the log',
        schema: { type: 'string', example: id },
      },
    };
  }
}
