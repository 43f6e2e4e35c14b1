import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { TestResponse, TestApp } from './test-app.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;
type Described = Operation['responses'][string] & {
  readonly content?: Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>;
  readonly headers?: Readonly<Record<string, { readonly schema: object }>>;
};

const methods = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

type Method = keyof typeof methods;

/**
 * The API as its own document describes it: checks every response against the document, and counts the ones it has
 * seen.
 */
export class DocumentedApi {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #seen = new Set<string>();

  private constructor(readonly document: OpenAPIObject) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'document');
  }

  static async of(app: TestApp): Promise<DocumentedApi> {
    return new DocumentedApi(JSON.parse((await app.send('/schema/')).text) as OpenAPIObject);
  }

  /** Every described response, as `POST /user/ 200`. */
  get described(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Operation>).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
  }

  /** Described responses that no check has seen. */
  get unseen(): string[] {
    return this.described.filter((name) => !this.#seen.has(name));
  }

  /** @throws Error when the response is not described, or differs from its description */
  check(method: Method, path: string, response: TestResponse): void {
    const name = `${method} ${path} ${response.status}`;
    const responses = this.document.paths[path]?.[methods[method]]?.responses;
    const described = responses?.[response.status] as Described | undefined;
    if (!described) throw new Error(`${name} is not in the document: ${response.text}`);
    this.#seen.add(name);
    for (const [header, { schema }] of Object.entries(described.headers ?? {}))
      this.#hold(`${header} of ${name}`, schema, valueOf(response.headers.get(header)));
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const content = described.content?.[type];
    if (content) return this.#hold(`The body of ${name}`, content.schema, JSON.parse(response.text));
    if (described.content || response.text)
      throw new Error(`${name} has another body than described: ${type}`);
  }

  /** @throws Error when a value does not fit a schema of the document */
  #hold(what: string, schema: object, value: unknown): void {
    const fits = this.#validatorOf(schema);
    if (!fits(value)) throw new Error(`${what} is not as described: ${this.#ajv.errorsText(fits.errors)}`);
  }

  /** Compiled once for each schema, which takes far longer than a check. */
  #validatorOf(schema: object): ValidateFunction {
    const text = JSON.stringify(schema);
    const validator = this.#validators.get(text) ?? this.#ajv.compile(rooted(text));
    this.#validators.set(text, validator);
    return validator;
  }

  /** @throws Error when an example does not fit the schema that it is an example of */
  checkExamples(): void {
    for (const { what, schema, value } of examplesIn(this.document.paths, 'paths'))
      this.#hold(`The example ${what}`, schema, value);
  }
}

/** The text of a header, converted to a number if it is one. */
const valueOf = (text: string | null) => (/^\d+$/.test(text ?? '') ? Number(text) : text);

/** Resolves its references in the document. */
const rooted = (schema: string) => JSON.parse(schema.replaceAll('"#/', '"document#/')) as object;

interface Example {
  readonly what: string;
  readonly schema: object;
  readonly value: unknown;
}

interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Every example of a schema, at any depth. */
function* examplesIn(node: unknown, what: string): Generator<Example> {
  if (typeof node !== 'object' || node === null) return;
  const { schema, example, examples } = node as Media;
  if (schema && example !== undefined) yield { what, schema, value: example };
  for (const [name, { value }] of Object.entries((schema && examples) ?? {}))
    yield { what: `${what} ${name}`, schema: schema as object, value };
  for (const [key, child] of Object.entries(node)) yield* examplesIn(child, `${what} ${key}`);
}
