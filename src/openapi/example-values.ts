/** A JSON schema, as far as we read and write it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  const?: unknown;
  example?: unknown;
  examples?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

const byFormat: Readonly<Record<string, string>> = {
  uuid: 'd73d4a62-dfe9-4907-91f4-f6b06f33c534',
  'date-time': '2026-01-31T12:00:00.000Z',
  date: '2026-01-31',
  time: '12:00:00',
  email: 'john@example.com',
  uri: 'https://www.example.com/',
};

/** An example for a field that has none: it says more than the `string` and 0 of a page or a mock. */
export function exampleOf(name: string, schema: Schema): unknown {
  const says = [schema.example, schema.examples, schema.default, schema.const, schema.enum, schema.pattern];
  if (says.some((one) => one !== undefined)) return undefined;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  return examples[type ?? '']?.(name, schema);
}

const examples: Readonly<Record<string, (name: string, schema: Schema) => unknown>> = {
  string: (name, schema) =>
    schema.format === undefined ? exampleText(name, schema) : byFormat[schema.format],
  integer: (_, schema) => within(schema, 10),
  number: (_, schema) => within(schema, 9.5),
  boolean: () => true,
  array: (name, { items }) =>
    items?.type === 'string' && items.format === undefined
      ? [exampleText(name.replace(/s$/, ''), items)]
      : undefined,
};

/** `unitName` as `Unit name`, in the length that is asked for. */
function exampleText(name: string, { minLength = 0, maxLength = Infinity }: Schema): string {
  const words = name.replaceAll(/_|(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return text.padEnd(minLength, '.').slice(0, maxLength);
}

const within = ({ minimum = -Infinity, maximum = Infinity }: Schema, number: number) =>
  Math.min(Math.max(number, minimum), maximum);
