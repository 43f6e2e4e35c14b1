import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleOf } from './example-values.js';
import type { Schema } from './example-values.js';

/** Keys whose values are data, whatever they look like. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'required']);

/**
 * Writes every schema in the form that generators of clients read best: null as one of the types, one possible value as
 * `const`, and an example for each field that has none.
 */
export function applySchemaConventions(document: OpenAPIObject): void {
  walk(document.paths);
  walk(document.components);
  for (const schema of Object.values(document.components?.schemas ?? {}) as Schema[])
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      const example = exampleOf(name, field);
      if (example !== undefined) field.example = example;
    }
}

function walk(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) return node.forEach(walk);
  rewrite(node);
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    // The names of properties are those of fields, of which one may be called `example`.
    if (key === 'properties') Object.values(value as object).forEach(walk);
    else if (!data.has(key)) walk(value);
  }
}

function rewrite(schema: Schema): void {
  if (Array.isArray(schema.enum) && schema.enum.length === 1 && schema.nullable !== true) {
    schema.const = schema.enum[0];
    delete schema.enum;
  }
  if (schema.nullable === true) {
    delete schema.nullable;
    if (schema.$ref !== undefined) {
      schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
      delete schema.$ref;
    } else if (typeof schema.type === 'string') allowNull(schema);
  }
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (!Array.isArray(alternatives) || alternatives.length !== 2) return;
  const other = alternatives.find(({ type }) => type !== 'null');
  if (!alternatives.some(({ type }) => type === 'null') || typeof other?.type !== 'string') return;
  delete schema.oneOf;
  delete schema.anyOf;
  Object.assign(schema, other, schema);
  allowNull(schema);
}

function allowNull(schema: Schema): void {
  schema.type = [schema.type as string, 'null'];
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
}
