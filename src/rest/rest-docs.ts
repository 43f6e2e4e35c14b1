import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Type } from '@nestjs/common';
import type { Identified } from '../ddd/resource/index.js';
import { BodyErrorResponses, ErrorResponse, ServerErrorResponses } from '../openapi/error-responses.js';
import { exampleErrors, fieldsOf } from './body-fields.js';
import { queryCapabilitiesOf } from './rest-options.js';
import type { RestControllerOptions, Verb } from './rest-options.js';
import { schemaOf } from './parameter.js';
import { exampleQueryErrors, queryDocs } from './query-docs.js';
import { ConflictResponse, QueryErrorResponse } from './error-responses.js';

const summaries: Readonly<Record<Verb, string>> = {
  create: 'Create one, or many at once',
  retrieve: 'Retrieve one',
  update: 'Replace one',
  partialUpdate: 'Change fields of one',
  delete: 'Delete one',
  list: 'List those that match',
  replace: 'Replace all',
  partialReplace: 'Replace or add those given',
  drop: 'Delete those that match, or all',
};
const ofOne: readonly Verb[] = ['retrieve', 'update', 'partialUpdate', 'delete'];
const ofWriters: readonly Verb[] = ['create', 'update', 'partialUpdate', 'replace', 'partialReplace'];
const guarded: readonly Verb[] = ['update', 'partialUpdate', 'delete'];
const removing: readonly Verb[] = ['delete', 'drop'];
const actionVerbs: readonly Verb[] = ['list', 'drop'];

/** The documentation of a route. */
export function restDocs<Entity extends Identified, View extends object>(
  verb: Verb,
  status: number,
  declaration: RestControllerOptions<Entity, View>,
): MethodDecorator[] {
  const { name, view, body, changes } = declaration;
  return [
    ApiTags(name),
    ApiOperation({ operationId: `${verb}${name}`, summary: summaries[verb] }),
    ...(ofOne.includes(verb)
      ? [ApiParam({ name: 'id', description: `Of the ${name}`, schema: schemaOf[declaration.id ?? 'text'] })]
      : []),
    ...bodyDocs(verb, body, changes),
    ...(actionVerbs.includes(verb) ? queryDocs(verb, queryCapabilitiesOf(declaration)) : []),
    ...(guarded.includes(verb) ? guardDocs : []),
    ApiExtraModels(view),
    ApiResponse({ status, description: 'Done.', ...documentResponses(verb, view) }),
    ...refusalDocs(verb, declaration),
    ServerErrorResponses(),
  ];
}

const guardDocs = [
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Entity tags of which the record must have one, or *; without it the last write wins',
  }),
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'Entity tags of which the record must have none; * refuses to change an existing record',
  }),
];

function refusalDocs<Entity extends Identified, View extends object>(
  verb: Verb,
  declaration: RestControllerOptions<Entity, View>,
): MethodDecorator[] {
  const dto = verb === 'partialUpdate' ? declaration.changes : declaration.body;
  const unique = uniqueFields(verb, declaration);
  return [
    ...(verb === 'retrieve'
      ? [ApiResponse({ status: 304, description: 'Not changed since the tag in If-None-Match.' })]
      : []),
    ofWriters.includes(verb)
      ? BodyErrorResponses('Fields or parameters missing or wrong.', dto ? exampleErrors(dto) : {})
      : QueryErrorResponse(exampleQueryErrors(verb, queryCapabilitiesOf(declaration))),
    ...(ofOne.includes(verb) ? [ErrorResponse(404, 'No record has this id.')] : []),
    ...(unique.length ? [ConflictResponse(unique)] : []),
    ...(removing.includes(verb) ? [ErrorResponse(409, 'Other records still refer to it.')] : []),
    ...(verb === 'list'
      ? []
      : [ErrorResponse(412, 'The record does not satisfy If-Match or If-None-Match.')]),
  ];
}

/** The fields that a write can find taken, including the id where clients may choose it. */
function uniqueFields<Entity extends Identified, View extends object>(
  verb: Verb,
  { body, unique = [] }: RestControllerOptions<Entity, View>,
): readonly string[] {
  if (!ofWriters.includes(verb)) return [];
  return verb === 'create' && body && fieldsOf(body).includes('id') ? ['id', ...unique] : unique;
}

function bodyDocs(verb: Verb, body?: Type<object>, changes?: Type<object>): MethodDecorator[] {
  if (verb === 'partialUpdate' && changes) return [ApiBody({ type: changes })];
  if (!ofWriters.includes(verb) || !body) return [];
  const one = { $ref: getSchemaPath(body) };
  const schema = { create: { oneOf: [one, manyOf(body)] }, update: one }[verb as 'create'] ?? manyOf(body);
  return [ApiExtraModels(body), ApiBody({ schema })];
}

function documentResponses(verb: Verb, view: Type<object>): object {
  const one = { $ref: getSchemaPath(view) };
  const tagged = { ETag: { description: 'Changes with the record', schema: { type: 'string' } } };
  switch (verb) {
    case 'create':
      return {
        schema: { oneOf: [one, manyOf(view)] },
        headers: {
          ...tagged,
          Location: { description: 'Path of the new record', schema: { type: 'string' } },
        },
      };
    case 'retrieve':
    case 'update':
    case 'partialUpdate':
      return { schema: one, headers: tagged };
    case 'list':
      return { schema: { ...manyOf(view, { meta: pageSchema }) } };
    case 'replace':
    case 'partialReplace':
      return { schema: manyOf(view) };
    case 'drop':
      return {
        schema: { type: 'object', required: ['deleted'], properties: { deleted: { type: 'integer' } } },
      };
    case 'delete':
      return {};
  }
}

const pageSchema = {
  type: 'object',
  description: 'The cursor of the next page, or the total when the page was requested by number',
  required: ['size'],
  properties: {
    size: { type: 'integer' },
    next: { type: ['string', 'null'] },
    page: { type: 'integer' },
    total: { type: 'integer' },
  },
};

function manyOf(type: Type<object>, more: object = {}) {
  return {
    type: 'object' as const,
    required: ['data', ...Object.keys(more)],
    properties: { data: { type: 'array' as const, items: { $ref: getSchemaPath(type) } }, ...more },
  };
}
