import { ApiQuery } from '@nestjs/swagger';
import type { FieldErrors } from '../http/errors/envelope.js';
import type { QueryCapabilities, Verb } from './rest-options.js';
import { orderRule, unknownParameter } from './list-query.js';
import { meanings, operatorsOf, parameterName, schemaOf } from './parameter.js';

/** The parameters of a list, or of a filtered removal. */
export function queryDocs(
  verb: Verb,
  { filters, orders, maxPageSize }: QueryCapabilities,
): MethodDecorator[] {
  const fields = Object.entries(filters).flatMap(([field, kind]) =>
    operatorsOf[kind].map((operator) => {
      const one = operator === 'isNull' ? schemaOf.boolean : schemaOf[kind];
      const schema = operator === 'in' ? { type: 'array' as const, items: one } : one;
      const description = `Those whose ${field} ${meanings[operator]}`;
      return ApiQuery({ name: parameterName(field, operator), required: false, description, schema });
    }),
  );
  if (verb === 'drop') return fields;
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

/** An example of rejected parameters of a route. */
export function exampleQueryErrors(verb: Verb, { orders, filters }: QueryCapabilities): FieldErrors {
  if (verb === 'list' && orders.length)
    return { order: { type: 'unknown', loc: ['order'], msg: orderRule(orders) } };
  const known = verb === 'list' || verb === 'drop' ? Object.keys(filters) : [];
  return { page: { type: 'unknown', loc: ['page'], msg: unknownParameter(known) } };
}
