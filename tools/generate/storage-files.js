import { entityFile } from './entity-file.js';
import { capitalized, plural } from './wording.js';

/** The module of an entity: its table, repository and worker. */
export function storageFiles(name, fields, access) {
  const { kebab } = name;
  const file = (role, text) => ({ path: `src/modules/${kebab}/${role}.ts`, text });
  return [
    entityFile(name, fields, access),
    file(`${kebab}.module`, module(name)),
    file('index', index(name)),
  ];
}

const module = ({ kebab, camel, pascal, words }) => `import { Module } from '@nestjs/common';
import { components } from '../../ddd/component/index.js';
import { SqlTableRepository } from '../../ddd/repository/index.js';
import { SqlWorker } from '../../ddd/worker/index.js';
import { ${pascal} } from './${kebab}.entity.js';

/** The ${plural(words)}. */
export class ${pascal}Repository extends SqlTableRepository.of(${pascal}) {}

/** Units of work over the ${plural(words)}. */
export class ${pascal}Worker extends SqlWorker.with({ ${camel}: ${pascal}Repository }) {}

/** ${capitalized(plural(words))}: their table and their units of work. */
@Module(components(${pascal}Worker))
export class ${pascal}Module {}
`;

const index = ({ kebab, pascal }) => `export { ${pascal} } from './${kebab}.entity.js';
export { ${pascal}Module, ${pascal}Worker } from './${kebab}.module.js';
`;
