import { types } from './field-types.js';
import { Refusal } from './refusal.js';

/** `id` exists already, and the others are parameters of lists. */
const used = ['id', 'order', 'size', 'page', 'after', 'or', 'not'];
/** A variable of this name could not be declared. */
const words =
  'arguments await break case catch class const continue debugger default delete do else enum eval export ' +
  'extends false finally for function if implements import in instanceof interface let new null package private ' +
  'protected public return static super switch this throw true try typeof undefined var void while with yield';
const reserved = words.split(' ');
/** Far below the limits of the databases, and more than any reasonable entity needs. */
const maxFields = 50;
/** The types that have a parameter, as in price:decimal:12,2. */
const parametrized = ['decimal', 'enum', 'reference'];
const marks = ['unique', 'optional', 'index'];

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

export function readField(text) {
  const [name, type, ...rest] = text.split(':');
  refuseName(name);
  if (!Object.hasOwn(types, type ?? ''))
    throw new Refusal(
      `The field ${name} needs a type, one of ${Object.keys(types).join(', ')}; as in ${name}:string`,
    );
  const parameter = parametrized.includes(type) ? rest.shift() : undefined;
  const declared = types[type](name, parameter);
  const start = [name, type, ...(parameter === undefined ? [] : [parameter])].join(':');
  const unknown = rest.find((mark) => !marks.includes(mark));
  if (unknown !== undefined)
    throw new Refusal(
      `The field ${name} is marked '${unknown}'. Write ${marks.map((mark) => `${start}:${mark}`).join(', ')} or several.`,
    );
  const has = (mark) => rest.includes(mark);
  if (has('unique')) refuseUnique(name, type, declared);
  if (has('index') && (has('unique') || type === 'reference'))
    throw new Refusal(
      `The field ${name} has an index already, because it is ${has('unique') ? 'unique' : 'a reference'}. Leave index out.`,
    );
  if (has('index') && declared.isJson)
    throw new Refusal(
      `The field ${name} is json, which is not compared: an index is of no use. Leave it out.`,
    );
  return { name, ...declared, isUnique: has('unique'), isOptional: has('optional'), isIndexed: has('index') };
}

/** @param {string} name @param {string} type @param {import('./field-types.js').FieldType} declared */
function refuseUnique(name, type, { nth }) {
  if (type === 'boolean' || type === 'enum')
    throw new Refusal(
      `The field ${name} is ${type === 'enum' ? 'an enum' : 'a boolean'}: unique would allow only as many records as it has values. Leave the mark out.`,
    );
  if (type === 'json')
    throw new Refusal(`The field ${name} is json, which is not compared, so not unique. Leave the mark out.`);
  if (type === 'reference')
    throw new Refusal(
      `The field ${name} is a reference, whose test needs another record each time. Leave unique out, and add ` +
        'unique: true to its @ReferenceField.',
    );
  if (!nth)
    throw new Refusal(
      `The field ${name} has fewer than three digits before the point, too few for unique. Leave the mark out, or ` +
        'declare more.',
    );
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
