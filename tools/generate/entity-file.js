import { objectOf, one } from './wording.js';

/** The data model of an entity: each field in one declaration. */
export const entityFile = ({ kebab, pascal, table, words }, fields, access) => ({
  path: `src/modules/${kebab}/${kebab}.entity.ts`,
  text: `import { Entity } from 'typeorm';
${fieldImports(fields, access === 'owner' ? ['IdField', 'OwnerField'] : ['IdField'])}

/** ${one(words)}. */
@Entity('${table}')
export class ${pascal} {
  @IdField() id!: string;
${access === 'owner' ? '  @OwnerField() ownerId!: string;\n' : ''}${fields.map(declaration).join('\n')}
}
`,
});

/** One line of the class. */
export function declaration({ name, typescript, decorator, options, isUnique, isOptional, isIndexed }) {
  const given = {
    ...options,
    ...(isUnique && { unique: true }),
    ...(isOptional && { optional: true }),
    ...(isIndexed && { index: true }),
  };
  const parameters = Object.keys(given).length ? objectOf(given) : '';
  return `  @${decorator}(${parameters}) ${name}!: ${typescript}${isOptional ? ' | null' : ''};`;
}

/** The decorators of src/identity. */
const ofIdentity = ['EmailField'];

/** The file that exports the decorator of a field. */
export const decoratorFile = ({ decorator }) =>
  ofIdentity.includes(decorator) ? 'src/identity/identity.fields.ts' : 'src/ddd/field/index.ts';

/** The imports of field decorators, by file. */
export function fieldImports(fields, more = []) {
  const used = [...new Set([...fields.map(({ decorator }) => decorator), ...more])].sort();
  const common = used.filter((name) => !ofIdentity.includes(name));
  return [
    ...(common.length ? [`import { ${common.join(', ')} } from '../../ddd/field/index.js';`] : []),
    ...used
      .filter((name) => ofIdentity.includes(name))
      .map((name) => `import { ${name} } from '../../identity/identity.fields.js';`),
  ].join('\n');
}
