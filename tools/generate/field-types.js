import { Refusal } from './refusal.js';

/**
 * How a field of each type appears in the entity and in its test. `decorator` is a field decorator of src/ddd/field, with
 * the options that the type gives it; `type` is the reported error for a value of another type, `wrong`. `sample` and
 * `changed` are values for the test, as source text; `nth` gives one that no other record has.
 *
 * @typedef {object} FieldType
 * @property {string} decorator
 * @property {Record<string, string>} [options]
 * @property {string} typescript
 * @property {string} type
 * @property {string} [wrong]
 * @property {string} sample
 * @property {string} [changed]
 * @property {string} [nth]
 * @property {string} [references]
 * @property {boolean} [isJson]
 */

/** @type {Record<string, (name: string, parameter?: string) => FieldType>} */
export const types = {
  string: (name) => ({ ...text(name), decorator: 'TextField', options: { length: '200' } }),
  text: (name) => ({ ...text(name), decorator: 'LongTextField', options: { length: '10_000' } }),
  number: () => ({
    decorator: 'NumberField',
    typescript: 'number',
    type: 'float_type',
    sample: '1.5',
    changed: '-2.5',
    nth: 'nth + 0.5',
  }),
  integer: () => ({
    decorator: 'IntegerField',
    typescript: 'number',
    type: 'int_type',
    sample: '10',
    changed: '-20',
    nth: 'nth',
  }),
  boolean: () => ({
    decorator: 'BooleanField',
    typescript: 'boolean',
    type: 'bool_type',
    sample: 'true',
    changed: 'false',
  }),
  decimal,
  date: () => ({
    decorator: 'DayField',
    typescript: 'string',
    type: 'date_type',
    sample: `'2026-01-31'`,
    changed: `'2026-02-01'`,
    nth: 'new Date(Date.UTC(2026, 0, nth)).toISOString().slice(0, 10)',
  }),
  datetime: () => ({
    decorator: 'MomentField',
    typescript: 'Date',
    type: 'datetime_type',
    sample: `'2026-01-31T12:00:00.000Z'`,
    changed: `'2026-02-01T08:30:00.000Z'`,
    nth: 'new Date(Date.UTC(2026, 0, 1, 0, nth)).toISOString()',
  }),
  enum: oneOf,
  email: () => ({
    decorator: 'EmailField',
    typescript: 'string',
    type: 'string_type',
    sample: `'john@example.com'`,
    changed: `'jane@example.com'`,
    nth: '`john-${nth}@example.com`',
  }),
  uuid: () => ({
    decorator: 'UuidField',
    typescript: 'string',
    type: 'uuid_type',
    sample: `'d73d4a62-dfe9-4907-91f4-f6b06f33c534'`,
    changed: `'0f5c6a8e-7f0b-4d0e-9a0c-5d3f1c2b7a90'`,
    nth: 'randomUUID()',
  }),
  json: () => ({
    decorator: 'JsonField',
    typescript: 'object',
    type: 'json_type',
    wrong: `'text'`,
    sample: `{ key: 'value' }`,
    changed: `{ list: [1, null, 'two'] }`,
    isJson: true,
  }),
  reference,
};

const text = (name) => {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  const capitalized = words.charAt(0).toUpperCase() + words.slice(1);
  return {
    typescript: 'string',
    type: 'string_type',
    sample: `'${capitalized}'`,
    changed: `'Another ${words}'`,
    nth: `\`${capitalized} \${nth}\``,
  };
};

/** SQLite keeps this many digits of a number exactly. */
const maxDigits = 15;

function decimal(name, parameter = '') {
  const [, precision, scale] = /^(\d{1,3}),(\d{1,3})$/.exec(parameter)?.map(Number) ?? [];
  const way = `write ${name}:decimal:12,2 for 12 digits, 2 of them decimals`;
  if (precision === undefined)
    throw new Refusal(`The field ${name} needs to know how many digits it has: ${way}`);
  if (precision < 1 || precision > maxDigits || scale > precision)
    throw new Refusal(
      `The field ${name} can have 1 to ${maxDigits} digits, of which at most all are decimals: ${way}`,
    );
  const whole = precision > scale ? '7' : '0';
  const decimals = (digits) => (scale ? `.${digits.padEnd(scale, '0').slice(0, scale)}` : '');
  return {
    decorator: 'DecimalField',
    options: { precision: String(precision), scale: String(scale) },
    typescript: 'string',
    type: 'decimal_type',
    sample: `'${whole}${decimals('5')}'`,
    changed: `'-${whole}${decimals('25')}'`,
    ...(precision - scale >= 3 && { nth: `\`\${nth}${decimals('0')}\`` }),
  };
}

function oneOf(name, parameter = '') {
  const values = parameter.split(',');
  const way = `write ${name}:enum:open,closed`;
  if (values.some((value) => !/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,49}$/.test(value)))
    throw new Refusal(
      `The field ${name} needs its values, of letters, digits, - and _, in at most 50 characters each: ${way}`,
    );
  if (new Set(values).size !== values.length || values.length < 2)
    throw new Refusal(`The field ${name} needs two values or more, each of them once: ${way}`);
  return {
    decorator: 'EnumField',
    options: { values: `[${values.map((value) => `'${value}'`).join(', ')}]` },
    typescript: values.map((value) => `'${value}'`).join(' | '),
    type: 'enum',
    sample: `'${values[0]}'`,
    changed: `'${values.at(-1)}'`,
  };
}

/** Names that the test declares itself. */
const ofTest = [
  'app',
  'caller',
  'create',
  'database',
  'details',
  'kind',
  'made',
  'nth',
  'patch',
  'post',
  'send',
];

function reference(name, parameter = '') {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(parameter))
    throw new Refusal(
      `The field ${name} needs the entity that it refers to: write ${name}:reference:product`,
    );
  return {
    decorator: 'ReferenceField',
    options: { to: `'${parameter.replaceAll('-', '_')}'` },
    typescript: 'string',
    type: 'uuid_type',
    sample: ofTest.includes(name) ? `${name}Id` : name,
    references: parameter.replaceAll('-', '_'),
  };
}
