import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Type } from '@nestjs/common';
import type { Identified } from '../ddd/resource/index.js';
import { BodyErrorResponses, ErrorResponse, ServerErrorResponses } from '../openapi/error-responses.js';
import { exampleErrors, fieldsOf } from './body-fields.js';
import { queryCapabilitiesOf } from './rest-options.js';
import type { Operation, RestControllerOptions } from './rest-options.js';
import { schemaOf } from './parameter.js';
import { exampleQueryErrors, queryDocs } from './query-docs.js';
import { ConflictResponse, QueryErrorResponse } from './error-responses.js';
import { DeletedCountSchema, listSchema, pageSchema } from './record-schemas.js';
import { operationId, recordWords, sentences } from './record-words.js';

const ofOne: readonly Operation[] = ['retrieve', 'update', 'partialUpdate', 'delete'];
const ofWriters: readonly Operation[] = [
  ...(['create', 'createMany', 'update', 'partialUpdate'] as const),
  ...(['replace', 'partialReplace'] as const),
];
const guarded: readonly Operation[] = ['update', 'partialUpdate', 'delete'];
const removing: readonly Operation[] = ['delete', 'drop', 'replace'];
const filtered: readonly Operation[] = ['list', 'drop'];

/** The documentation of a route. */
export function restDocs<Entity extends Identified, View extends object>(
  operation: Operation,
  status: number,
  declaration: RestControllerOptions<Entity, View>,
): MethodDecorator[] {
  const { name, plural, view, id = 'text' } = declaration;
  const words = recordWords(name, plural);
  const { summary, description, done } = sentences[operation](words);
  return [
    ApiTags(name),
    ApiOperation({ operationId: operationId(operation, words), summary, description }),
    ...(ofOne.includes(operation)
      ? [ApiParam({ name: 'id', description: `The id of the ${words.one}`, schema: schemaOf[id] })]
      : []),
    ...bodyDocs(operation, declaration),
    ...(filtered.includes(operation) ? queryDocs(operation, declaration) : []),
    ...(guarded.includes(operation) ? guardDocs : []),
    ...(operation === 'retrieve' ? retrievalDocs : []),
    ApiExtraModels(view),
    ApiResponse({ status, description: done, ...responseDocs(operation, name, view) }),
    ...refusalDocs(operation, declaration),
    ServerErrorResponses(),
  ];
}

const guardDocs = [
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Entity tags of which the record must have one, or *; without it the last write wins',
    schema: { type: 'string' },
  }),
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'Entity tags of which the record must have none; * refuses to change an existing record',
    schema: { type: 'string' },
  }),
];

const retrievalDocs = [
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Entity tags of which the record must have one, or *; otherwise the response is 412',
    schema: { type: 'string' },
  }),
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description:
      'Tags that the client holds; the response is 304, without a body, while one of them is current',
    schema: { type: 'string' },
  }),
];

function refusalDocs<Entity extends Identified, View extends object>(
  operation: Operation,
  declaration: RestControllerOptions<Entity, View>,
): MethodDecorator[] {
  const dto = operation === 'partialUpdate' ? declaration.changes : declaration.body;
  const unique = uniqueFields(operation, declaration);
  const references = ofWriters.includes(operation) ? (declaration.references ?? []) : [];
  const removes = removing.includes(operation);
  const { one } = recordWords(declaration.name);
  return [
    ...(operation === 'retrieve'
      ? [ApiResponse({ status: 304, description: 'Not changed since the tag in If-None-Match.' })]
      : []),
    ofWriters.includes(operation)
      ? BodyErrorResponses('Fields or parameters missing or wrong.', dto ? exampleErrors(dto) : {})
      : QueryErrorResponse(
          exampleQueryErrors(operation, queryCapabilitiesOf(declaration)),
          operation === 'list'
            ? 'A request has no fragment: encode # as %23'
            : 'If-Match must be a list of entity tags in quotes, or *',
        ),
    ...(ofOne.includes(operation) ? [ErrorResponse(404, `No ${one} has this id.`)] : []),
    ...(declaration.owner && (operation === 'replace' || operation === 'partialReplace')
      ? [ErrorResponse(404, `No ${one} of the caller has one of these ids.`)]
      : []),
    ...(unique.length || references.length || removes ? [ConflictResponse(unique, references, removes)] : []),
    ...(operation === 'list'
      ? []
      : [ErrorResponse(412, 'The record does not satisfy If-Match or If-None-Match.')]),
  ];
}

/** The fields that a write can find taken, including the id where clients may choose it. */
function uniqueFields<Entity extends Identified, View extends object>(
  operation: Operation,
  { body, unique = [] }: RestControllerOptions<Entity, View>,
): readonly string[] {
  if (!ofWriters.includes(operation)) return [];
  const isCreating = operation === 'create' || operation === 'createMany';
  return isCreating && body && fieldsOf(body).includes('id') ? ['id', ...unique] : unique;
}

function bodyDocs<Entity extends Identified, View extends object>(
  operation: Operation,
  { body, changes }: RestControllerOptions<Entity, View>,
): MethodDecorator[] {
  if (operation === 'partialUpdate' && changes) return [ApiBody({ type: changes })];
  if (!ofWriters.includes(operation) || !body) return [];
  const isOne = operation === 'create' || operation === 'update';
  return [ApiBody({ type: isOne ? body : listSchema(`${body.name}List`, body) })];
}

function responseDocs(operation: Operation, name: string, view: Type<object>): object {
  const tagged = { ETag: { description: 'Changes with the record', schema: { type: 'string' } } };
  switch (operation) {
    case 'create':
      return {
        type: view,
        headers: {
          ...tagged,
          Location: { description: 'Path of the new record', schema: { type: 'string' } },
        },
      };
    case 'retrieve':
    case 'update':
    case 'partialUpdate':
      return { type: view, headers: tagged };
    case 'list':
      return { type: pageSchema(`${name}Page`, view) };
    case 'createMany':
    case 'replace':
    case 'partialReplace':
      return { type: listSchema(`${name}List`, view) };
    case 'drop':
      return { type: DeletedCountSchema };
    case 'delete':
      return {};
  }
}
