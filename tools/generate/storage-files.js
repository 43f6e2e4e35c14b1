import { objectOf, one } from './wording.js';

/** The module of an entity: its table, repository and worker. */
export function storageFiles(name, fields, access) {
  const { kebab } = name;
  const file = (role, text) => ({ path: `src/modules/${kebab}/${role}.ts`, text });
  return [
    file(`${kebab}.entity`, entity(name, fields, access)),
    file(`${kebab}.repository`, repository(name)),
    file(`${kebab}.worker`, worker(name)),
    file(`${kebab}.module`, module(name)),
    file('index', index(name)),
  ];
}

const entity = (
  { pascal, table, words },
  fields,
  access,
) => `import { Column, Entity, ${access === 'owner' ? 'Index, ' : ''}PrimaryColumn } from 'typeorm';

/** ${one(words)}. */
@Entity('${table}')
export class ${pascal} {
  @PrimaryColumn({ type: 'varchar', length: 36, collation: 'C' })
  id!: string;
${access === 'owner' ? owner : ''}
${fields.map(column).join('\n\n')}
}
`;

const owner = `
  /** The account that it belongs to. */
  @Index()
  @Column({ type: 'varchar', name: 'owner_id', length: 36 })
  ownerId!: string;
`;

function column({ name, typescript, column, columnOptions, isUnique, isOptional }) {
  const options = objectOf({
    type: column,
    ...columnOptions,
    ...(isUnique && { unique: true }),
    ...(isOptional && { nullable: true }),
  });
  return `  @Column(${options})
  ${name}!: ${typescript}${isOptional ? ' | null' : ''};`;
}

const repository = ({
  kebab,
  pascal,
  words,
}) => `import { SqlTableRepository } from '../../ddd/repository/index.js';
import { ${pascal} } from './${kebab}.entity.js';

/** Every ${words}. */
export class ${pascal}Repository extends SqlTableRepository<${pascal}> {
  protected readonly entity = ${pascal};
}
`;

const worker = ({ kebab, camel, pascal, words }) => `import { Injectable } from '@nestjs/common';
import { SqlWorker } from '../../ddd/worker/index.js';
import { ${pascal}Repository } from './${kebab}.repository.js';

/** Units of work over every ${words}. */
@Injectable()
export class ${pascal}Worker extends SqlWorker.with({ ${camel}: ${pascal}Repository }) {}
`;

const module = ({ kebab, pascal, words }) => `import { Module } from '@nestjs/common';
import { sqlWorkerComponent } from '../../ddd/component/index.js';
import { ${pascal}Worker } from './${kebab}.worker.js';

/** The ${words}: its table and its units of work. */
@Module(sqlWorkerComponent(${pascal}Worker))
export class ${pascal}Module {}
`;

const index = ({ kebab, pascal }) => `export type { ${pascal} } from './${kebab}.entity.js';
export { ${pascal}Module } from './${kebab}.module.js';
export { ${pascal}Worker } from './${kebab}.worker.js';
`;
