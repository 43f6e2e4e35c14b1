import type { Type } from '@nestjs/common';
import { ApiQuery, DECORATORS } from '@nestjs/swagger';
import type { Identified } from '../ddd/resource/index.js';
import type { FieldErrors } from '../http/errors/envelope.js';
import { queryCapabilitiesOf } from './rest-options.js';
import type { Operation, QueryCapabilities, RestControllerOptions } from './rest-options.js';
import { unknownParameter } from './filter-query.js';
import { orderRule } from './list-query.js';
import { meanings, operatorsOf, parameterName, schemaOf } from './parameter.js';

/** The parameters of a list, or of a filtered removal. */
export function queryDocs<Entity extends Identified, View extends object>(
  operation: Operation,
  declaration: RestControllerOptions<Entity, View>,
): MethodDecorator[] {
  const { filters, orders, maxPageSize } = queryCapabilitiesOf(declaration);
  const canBeNull = nullableIn(declaration.view);
  const fields = Object.entries(filters).flatMap(([field, kind]) =>
    operatorsOf[kind]
      .filter((operator) => operator !== 'isNull' || canBeNull(field))
      .map((operator) => {
        const one = operator === 'isNull' ? schemaOf.boolean : schemaOf[kind];
        const schema = operator === 'in' ? { type: 'array' as const, items: one } : one;
        const description = `Those whose ${field} ${meanings[operator]}`;
        return ApiQuery({ name: parameterName(field, operator), required: false, description, schema });
      }),
  );
  const [field] = Object.keys(filters);
  if (field !== undefined) fields.push(...nestedDocs(field));
  if (operation === 'drop') return fields;
  const integer = { type: 'integer' as const, minimum: 1 };
  return [
    ...fields,
    ApiQuery({
      name: 'order',
      required: false,
      description: `Fields, separated by commas, of: ${orders.join(', ') || 'none'}; a leading minus sorts in descending order`,
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'size',
      required: false,
      description: 'Maximum number of records on the page',
      schema: { ...integer, maximum: maxPageSize, default: maxPageSize },
    }),
    ApiQuery({ name: 'page', required: false, description: 'Number of a page, from 1', schema: integer }),
    ApiQuery({
      name: 'after',
      required: false,
      description: 'The next of the previous page, with the same filter and order',
      schema: { type: 'string' },
    }),
  ];
}

/** Nested filters. Their names are unlimited, so they are described and not listed. */
const nestedDocs = (field: string) => [
  ApiQuery({
    name: 'or',
    required: false,
    description: `Those that match at least one of these filters: \`or[0][${field}]=…&or[1][${field}][ne]=…\``,
    style: 'deepObject',
    explode: true,
    schema: { type: 'object', additionalProperties: true },
  }),
  ApiQuery({
    name: 'not',
    required: false,
    description: `Those that this filter leaves out: \`not[${field}]=…\``,
    style: 'deepObject',
    explode: true,
    schema: { type: 'object', additionalProperties: true },
  }),
];

/** Whether the view documents a field as nullable; true for one that it does not show. */
function nullableIn(view: Type<object>): (field: string) => boolean {
  return (field) => {
    const shown = Reflect.getMetadata(DECORATORS.API_MODEL_PROPERTIES, view.prototype as object, field) as
      Shown | undefined;
    return !shown || shown.nullable === true || JSON.stringify(shown).includes('"null"');
  };
}

interface Shown {
  readonly nullable?: boolean;
}

/** An example of rejected parameters of a route. */
export function exampleQueryErrors(verb: Operation, { orders, filters }: QueryCapabilities): FieldErrors {
  if (verb === 'list' && orders.length)
    return { order: { type: 'unknown', loc: ['order'], msg: orderRule(orders) } };
  const known = verb === 'list' || verb === 'drop' ? Object.keys(filters) : [];
  return { page: { type: 'unknown', loc: ['page'], msg: unknownParameter(known) } };
}
