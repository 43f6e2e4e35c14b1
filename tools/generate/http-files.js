import { one } from './wording.js';

/** The resource of an entity: its rules, its routes, and its DTOs. */
export function httpFiles(name, fields, access) {
  const { kebab } = name;
  const file = (path, text) => ({ path: `src/resource/${kebab}/${path}.ts`, text });
  return [
    file(`dto/${kebab}-details.dto`, details(name, fields)),
    file(`dto/${kebab}-changes.dto`, changes(name)),
    file(`dto/${kebab}-view.dto`, view(name, fields)),
    file(`${kebab}.resource`, resource(name)),
    file(`${kebab}.controller`, controller(name, fields, access)),
    file(`${kebab}-resource.module`, module(name)),
  ];
}

function details({ pascal, words }, fields) {
  const swagger = [
    ...(fields.some(({ isOptional }) => !isOptional) ? ['ApiProperty'] : []),
    'ApiPropertyOptional',
  ];
  return `import { ${swagger.join(', ')} } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
${ruleImports(fields)}

/** The body of a request that creates ${one(words).toLowerCase()}. */
export class ${pascal}Details {
  @ApiPropertyOptional({ format: 'uuid', description: 'Generated unless the client provides one' })
  @IsOptional()
  @IsUuid()
  readonly id?: string;

${fields.map(detail).join('\n\n')}
}
`;
}

function detail({ name, typescript, schema, rules, isOptional }) {
  const property = isOptional
    ? `@ApiPropertyOptional({ oneOf: [{ ${schema} }, { type: 'null' }] })\n  @IsOptional()`
    : `@ApiProperty({ ${schema} })`;
  return `  ${property}
  ${rules.map((rule) => `@${rule}`).join('\n  ')}
  readonly ${name}${isOptional ? '?' : '!'}: ${typescript}${isOptional ? ' | null' : ''};`;
}

/** The rules come from three files, by purpose. */
function ruleImports(fields) {
  const used = [...new Set(fields.flatMap(({ rules }) => rules).map((rule) => rule.split('(')[0]))].sort();
  const ofText = ['HasLength', 'IsAtMost', 'IsText'];
  /** @type {[file: string, rules: string[]][]} */
  const lines = [
    ['../../../http/validation/text.rules.js', used.filter((rule) => ofText.includes(rule))],
    ['../../../rest/format.rules.js', ['IsUuid']],
    ['../../../rest/number.rules.js', used.filter((rule) => !ofText.includes(rule))],
  ];
  return lines
    .filter(([, rules]) => rules.length)
    .map(([file, rules]) => `import { ${rules.join(', ')} } from '${file}';`)
    .join('\n');
}

const changes = ({ kebab, pascal, words }) => `import { PartialType } from '@nestjs/swagger';
import { ${pascal}Details } from './${kebab}-details.dto.js';

/** The changes to ${one(words).toLowerCase()}. Null empties an optional field. */
export class ${pascal}Changes extends PartialType(${pascal}Details, { skipNullProperties: false }) {}
`;

const view = ({ kebab, pascal, words }, fields) => `import { ApiProperty } from '@nestjs/swagger';
import type { ${pascal} } from '../../../modules/${kebab}/index.js';

/** ${one(words)} as the API returns it. */
export class ${pascal}View {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

${fields.map(shown).join('\n\n')}

  /** Copies only the public fields. */
  static of({ ${namesOf(fields)} }: ${pascal}): ${pascal}View {
    return { ${namesOf(fields)} };
  }
}
`;

const namesOf = (fields) => ['id', ...fields.map(({ name }) => name)].join(', ');

function shown({ name, typescript, kind, isOptional }) {
  const type = `type: '${kind === 'text' ? 'string' : kind}'`;
  return `  @ApiProperty({ ${isOptional ? `oneOf: [{ ${type} }, { type: 'null' }]` : type} })
  readonly ${name}!: ${typescript}${isOptional ? ' | null' : ''};`;
}

const resource = ({ kebab, camel, pascal, words }) => `import { Injectable } from '@nestjs/common';
import { CollectionResource } from '../../ddd/resource/index.js';
import { ${pascal}Worker } from '../../modules/${kebab}/index.js';

/** The rules of ${one(words).toLowerCase()}: override a verb to give it one. */
@Injectable()
export class ${pascal}Resource extends CollectionResource.of(${pascal}Worker, '${camel}') {}
`;

const verbs = ['create', 'retrieve', 'update', 'partialUpdate', 'delete', 'list'];

const controller = (
  { kebab, pascal, words, path },
  fields,
  access,
) => `import { Controller } from '@nestjs/common';
import { RestController } from '../../rest/rest.controller.js';
import { ${pascal}Changes } from './dto/${kebab}-changes.dto.js';
import { ${pascal}Details } from './dto/${kebab}-details.dto.js';
import { ${pascal}View } from './dto/${kebab}-view.dto.js';
import { ${pascal}Resource } from './${kebab}.resource.js';

/** Every ${words} over HTTP, at ${path}. */
@Controller('${kebab}')
export class ${pascal}Controller extends RestController({
  name: '${pascal}',
  resource: ${pascal}Resource,
  verbs: [${verbs.map((verb) => `'${verb}'`).join(', ')}],
  access: { ${verbs.map((verb) => `${verb}: '${access}'`).join(', ')} },
${access === 'owner' ? "  owner: 'ownerId',\n" : ''}  id: 'uuid',
  view: ${pascal}View,
  body: ${pascal}Details,
  changes: ${pascal}Changes,
  takesIdempotencyKey: true,
${uniqueOf(fields)}  filters: { id: 'uuid', ${fields.map(({ name, kind }) => `${name}: '${kind}'`).join(', ')} },
  orders: ['id', ${fields.map(({ name }) => `'${name}'`).join(', ')}],
}) {}
`;

function uniqueOf(fields) {
  const unique = fields.filter(({ isUnique }) => isUnique).map(({ name }) => `'${name}'`);
  return unique.length ? `  unique: [${unique.join(', ')}],\n` : '';
}

const module = ({ kebab, pascal, words }) => `import { Module } from '@nestjs/common';
import { ${pascal}Module } from '../../modules/${kebab}/index.js';
import { ${pascal}Controller } from './${kebab}.controller.js';
import { ${pascal}Resource } from './${kebab}.resource.js';

/** The parts of the ${words}, as one import of the assembly. */
@Module({ imports: [${pascal}Module], controllers: [${pascal}Controller], providers: [${pascal}Resource] })
export class ${pascal}ResourceModule {}
`;
