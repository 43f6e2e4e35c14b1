import { capitalized, plural, withArticle } from './wording.js';

/** The resource of an entity: its rules and its routes. */
export function httpFiles(name, fields, access) {
  const { kebab } = name;
  const file = (path, text) => ({ path: `src/resource/${kebab}/${path}.ts`, text });
  return [
    file(`${kebab}.resource`, resource(name)),
    file(`${kebab}.controller`, controller(name, fields, access)),
  ];
}

const resource = ({ camel, pascal, words, kebab }) => `import { Injectable } from '@nestjs/common';
import { CollectionResource } from '../../ddd/resource/index.js';
import { ${pascal}Worker } from '../../modules/${kebab}/index.js';

/** The rules of ${withArticle(words)}. */
@Injectable()
export class ${pascal}Resource extends CollectionResource.of(${pascal}Worker, '${camel}') {}
`;

const verbs = ['create', 'retrieve', 'update', 'partialUpdate', 'delete', 'list'];

const controller = (
  { kebab, pascal, words },
  fields,
  access,
) => `import { Controller, Module } from '@nestjs/common';
import { ${pascal}, ${pascal}Module } from '../../modules/${kebab}/index.js';
import { collectionOf } from '../../rest/collection-of.js';
import { RestController } from '../../rest/rest.controller.js';
import { ${pascal}Resource } from './${kebab}.resource.js';

/** ${capitalized(plural(words))} over HTTP. */
@Controller('${kebab}')
export class ${pascal}Controller extends RestController({
  ...collectionOf(${pascal}, [${['id', ...fields.map(({ name }) => name)].map((name) => `'${name}'`).join(', ')}]),
  resource: ${pascal}Resource,
  verbs: [${verbs.map((verb) => `'${verb}'`).join(', ')}],
  access: '${access}',
${access === 'owner' ? "  owner: 'ownerId',\n" : ''}  takesIdempotencyKey: true,
}) {}

/** All about ${plural(words)}, as one import of the assembly. */
@Module({ imports: [${pascal}Module], controllers: [${pascal}Controller], providers: [${pascal}Resource] })
export class ${pascal}ResourceModule {}
`;
