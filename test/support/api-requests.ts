import fc from 'fast-check';
import type { OpenAPIObject } from '@nestjs/swagger';

/** A request that the document describes the route of, if nothing else. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in the document, with its parameters in braces. */
  readonly template: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Text that programs stumble over. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\u202e',
    '\ud800',
    '%',
    '%00',
    '../',
    "' OR 1=1 --",
    '\u0130'.repeat(100),
    '__proto__',
  ),
);
/** What a header can carry. */
const headerText = fc
  .string({ unit: fc.constantFrom(...' "\\,;=/*azAZ09\t\xe4\xff'), maxLength: 40 })
  .map((text) => text.trim());

/** Requests to every operation of a document: most are nearly right, some are anything. */
export function apiRequests(document: OpenAPIObject, tokens: readonly string[]): fc.Arbitrary<ApiRequest> {
  const operations = Object.entries(document.paths).flatMap(([template, item]) =>
    (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).flatMap((method) => {
      const operation = (item as Record<string, Operation | undefined>)[method.toLowerCase()];
      return operation ? [{ method, template, operation }] : [];
    }),
  );
  const values = new SchemaValues(document);
  return fc.constantFrom(...operations).chain(({ method, template, operation }) =>
    fc
      .record({
        path: pathOf(template),
        query: fc.option(fc.webQueryParameters(), { nil: undefined, freq: 8 }),
        headers: headersOf(tokens),
        body: method === 'GET' ? fc.constant(undefined) : bodyOf(operation, values),
      })
      .map(({ path, query, headers, body }) => ({
        method,
        template,
        path: query === undefined ? path : `${path}?${query}`,
        headers: defined({ ...headers, 'Content-Type': body?.type }),
        ...(body && { body: body.text }),
      })),
  );
}

function pathOf(template: string): fc.Arbitrary<string> {
  const names = [...template.matchAll(/\{\w+\}/g)].map(([name]) => name);
  // Half a pair of surrogates cannot be encoded, and a dot is resolved by the client.
  const part = fc
    .oneof(fc.uuid(), oddText)
    .map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '')))
    .filter((text) => !['', '.', '..'].includes(text));
  return fc
    .tuple(...names.map(() => part))
    .map((parts) =>
      names.reduce((path, name, index) => path.replace(name, () => parts[index] ?? ''), template),
    );
}

function headersOf(tokens: readonly string[]) {
  const token = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...tokens) },
    { weight: 1, arbitrary: headerText },
  );
  const key = fc.oneof(
    fc.uuid().map((id) => `"${id}"`),
    fc.constantFrom('"a"', 'a'),
    headerText,
  );
  return fc.record({
    Authorization: fc.option(
      token.map((text) => `Bearer ${text}`),
      { nil: undefined, freq: 2 },
    ),
    'Idempotency-Key': fc.option(key, { nil: undefined, freq: 2 }),
    'If-Match': fc.option(headerText, { nil: undefined, freq: 8 }),
    Accept: fc.option(headerText, { nil: undefined, freq: 8 }),
  });
}

interface Body {
  readonly type: string | undefined;
  readonly text: string;
}

function bodyOf({ requestBody }: Operation, values: SchemaValues): fc.Arbitrary<Body | undefined> {
  const json = 'application/json';
  const schema = requestBody?.content[json]?.schema;
  const described = schema ? values.of(schema) : fc.constant({});
  const toJson = (value: unknown) => ({ type: json, text: JSON.stringify(value) ?? '' });
  return fc.oneof(
    { weight: 12, arbitrary: described.map(toJson) },
    { weight: 2, arbitrary: fc.jsonValue().map(toJson) },
    {
      weight: 2,
      arbitrary: fc.webQueryParameters().map((text) => ({ type: 'application/x-www-form-urlencoded', text })),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constantFrom(undefined, json, 'text/plain'), text: oddText }),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** Values that fit a schema of the document, with one in a few that does not. */
class SchemaValues {
  constructor(private readonly document: OpenAPIObject) {}

  of(schema: Schema): fc.Arbitrary<unknown> {
    return fc.oneof(
      { weight: 9, arbitrary: this.#fitting(this.#resolved(schema)) },
      { weight: 1, arbitrary: fc.oneof(fc.jsonValue(), oddText) },
    );
  }

  #fitting(schema: Schema): fc.Arbitrary<unknown> {
    if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => this.of(one)));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const [type = 'object'] = [schema.type].flat();
    switch (type) {
      case 'string':
        return textOf(schema);
      case 'integer':
        return fc.integer();
      case 'number':
        return fc.double({ noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'array':
        return fc.array(this.of(schema.items ?? {}), { maxLength: 3 });
      default:
        return this.#object(schema);
    }
  }

  #object({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, this.of(one)]));
    const complete = fc.record(fields, { requiredKeys: [...required] });
    return fc.oneof(
      { weight: 4, arbitrary: complete },
      { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    );
  }

  #resolved(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (this.document.components?.schemas?.[name] ?? {});
  }
}

/** Few, so that requests meet the accounts that others have made. */
const emails = ['ann@example.com', 'BOB@example.com', 'strasse@straße.example'];
const passwords = ['123456', 'correct horse battery staple'];

function textOf({ format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return fc.oneof(fc.constantFrom(...emails), fc.emailAddress());
  if (format === 'password') return fc.oneof(fc.constantFrom(...passwords), oddText);
  if (format === 'uuid') return fc.uuid();
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 300) });
}

const defined = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
