import { Refusal } from './refusal.js';

/**
 * What a field of each type is in the table, in TypeScript, in the document and in the rules of a body.
 * `type` is the reported error for a value of another type. `sample` and `changed` are values for the test, as source text; `nth` gives one that no other record has.
 */
const types = {
  string: {
    kind: 'text',
    typescript: 'string',
    column: `'varchar'`,
    columnOptions: { length: 200, collation: `'C'` },
    schema: `type: 'string', minLength: 1, maxLength: 200`,
    rules: ['IsText()', 'HasLength(1, 200)'],
    type: 'string_type',
    sample: `'Sample'`,
    changed: `'Changed'`,
    nth: '`Sample ${++made}`',
  },
  text: {
    kind: 'text',
    typescript: 'string',
    column: `'text'`,
    columnOptions: { collation: `'C'` },
    schema: `type: 'string', maxLength: 10_000`,
    rules: ['IsText()', 'IsAtMost(10_000)'],
    type: 'string_type',
    sample: `'A longer sample'`,
    changed: `'Another text'`,
    nth: '`Sample ${++made}`',
  },
  number: {
    kind: 'number',
    typescript: 'number',
    column: `'float'`,
    columnOptions: {},
    schema: `type: 'number'`,
    rules: ['IsAnyNumber()'],
    type: 'float_type',
    sample: '1.5',
    changed: '-2.5',
    nth: '++made + 0.5',
  },
  integer: {
    kind: 'integer',
    typescript: 'number',
    column: `'integer'`,
    columnOptions: {},
    schema: `type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647`,
    rules: ['IsInteger()'],
    type: 'int_type',
    sample: '10',
    changed: '-20',
    nth: '++made',
  },
  boolean: {
    kind: 'boolean',
    typescript: 'boolean',
    column: `'boolean'`,
    columnOptions: {},
    schema: `type: 'boolean'`,
    rules: ['IsTrueOrFalse()'],
    type: 'bool_type',
    sample: 'true',
    changed: 'false',
  },
};

/** `id` exists already, and the others are parameters of lists. */
const used = ['id', 'order', 'size', 'page', 'after'];
/** They could not be destructured. */
const words =
  'arguments await break case catch class const continue debugger default delete do else enum eval export ' +
  'extends false finally for function if implements import in instanceof interface let new null package private ' +
  'protected public return static super switch this throw true try typeof undefined var void while with yield';
const reserved = words.split(' ');
/** Far below the limit of a database, and far above any reasonable entity. */
const maxFields = 50;

/** @throws Refusal when a field is malformed, or given twice */
export function readFields(given, access) {
  if (!given.length) throw new Refusal('An entity needs a field, with its type: name:string');
  if (given.length > maxFields)
    throw new Refusal(
      `An entity can be generated with at most ${maxFields} fields: add the others manually.`,
    );
  const fields = given.map(readField);
  // SQLite does not distinguish columns by case.
  const names = fields.map(({ name }) => name.toLowerCase());
  const twice = fields.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice) throw new Refusal(`The field ${twice.name} is given twice. Name each field once.`);
  if (access === 'owner' && names.includes('ownerid'))
    throw new Refusal('A field cannot be called ownerId with --access owner, which adds it. Leave it out.');
  return fields;
}

function readField(text) {
  const [name, type, ...marks] = text.split(':');
  refuseName(name);
  if (!Object.hasOwn(types, type ?? ''))
    throw new Refusal(
      `The field ${name} needs a type, one of ${Object.keys(types).join(', ')}; as in ${name}:string`,
    );
  const unknown = marks.find((mark) => !['unique', 'optional'].includes(mark));
  if (unknown !== undefined)
    throw new Refusal(
      `The field ${name} is marked '${unknown}'. Write ${name}:${type}:unique, ${name}:${type}:optional or both.`,
    );
  const isUnique = marks.includes('unique');
  if (isUnique && type === 'boolean')
    throw new Refusal(`The field ${name} is a boolean: unique would allow two records. Leave the mark out.`);
  return { name, ...types[type], isUnique, isOptional: marks.includes('optional') };
}

function refuseName(name) {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name) || name.length > 40)
    throw new Refusal(
      `'${name}' is not a valid field name. Write it in camelCase, in at most 40 characters: unitPrice:number`,
    );
  if (used.includes(name))
    throw new Refusal(
      `A field cannot be called ${name}: ${name === 'id' ? 'every entity has its id already' : `it is a parameter of lists`}. ` +
        'Leave it out or choose another name.',
    );
  if (name in {})
    throw new Refusal(
      `A field cannot be called ${name}: every JavaScript object has one. Choose another name.`,
    );
  if (reserved.includes(name))
    throw new Refusal(`A field cannot be called ${name}: it is a JavaScript keyword. Choose another name.`);
}
