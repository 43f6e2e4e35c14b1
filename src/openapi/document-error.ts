import type { OpenAPIObject } from '@nestjs/swagger';
import type { DeclaredRoute } from '../http/access/declared-routes.js';
import { envelope } from '../http/errors/envelope.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type ResponseObject = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;

interface ErrorDocs {
  readonly description: string;
  /** Of the error, as an example; by default the reason phrase of the status. */
  readonly detail?: string;
  readonly headers?: NonNullable<ResponseObject['headers']>;
}

/** The operation of a route in the document. */
export function operationOf(
  document: OpenAPIObject,
  { method, path }: Pick<DeclaredRoute, 'method' | 'path'>,
): Operation | undefined {
  return document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase() as 'get'];
}

/** Adds an error to an operation. Where the operation documents this status itself, both are possible. */
export function documentError(
  document: OpenAPIObject,
  { responses }: Operation,
  status: number,
  { description, detail, headers }: ErrorDocs,
): void {
  const schema = document.components?.schemas?.['HttpError'] && { $ref: '#/components/schemas/HttpError' };
  const known = responses[status];
  if (!known) {
    const content = schema && { 'application/json': { schema, example: envelope(status, detail) } };
    responses[status] = { description, ...(headers && { headers }), ...(content && { content }) };
  } else if (!('$ref' in known)) {
    known.description = `${known.description} ${description}`;
    if (headers) known.headers = { ...known.headers, ...headers };
    const media = known.content?.['application/json'];
    if (schema && media?.schema && !JSON.stringify(media.schema).includes(schema.$ref))
      media.schema = { oneOf: [media.schema, schema] };
  }
}
