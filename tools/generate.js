/**
 * Writes an entity, from its table to its HTTP routes and their test, or a service, from its settings to its test, in
 * the style of this repository; or adds a field to an entity:
 *
 *   npm run generate -- entity product name:string price:decimal:12,2 sku:string:unique note:text:optional
 *   npm run generate -- service audit
 *   npm run generate -- field user phone:string:optional
 *
 * Everything is prepared before anything is written, and no existing file is overwritten.
 */
import { readAccess } from './generate/access.js';
import { appModuleWith } from './generate/app-module.js';
import { entityFiles } from './generate/entity-files.js';
import { fieldEdits, writeMigrations } from './generate/field-edits.js';
import { readField, readFields } from './generate/field.js';
import { readName, readServiceName } from './generate/name.js';
import { refuseUnknownReferences } from './generate/references.js';
import { Refusal } from './generate/refusal.js';
import { documentSettings, serviceEdits } from './generate/service-edits.js';
import { serviceFiles } from './generate/service-files.js';
import { writeAll } from './generate/write-all.js';

const usage = `npm run generate -- entity <name> <field>:<type>[:unique][:optional][:index] … [--access owner|signed-in|public]
npm run generate -- service <name>
npm run generate -- field <entity> <field>:<type>:optional[:unique][:index]

  name   the singular, in kebab-case: product, order-line
  field  in camelCase: unitPrice
  type   string (at most 200 characters), text (at most 10000), number, integer, boolean, date, datetime, email, uuid,
         json, decimal:12,2 (exact), enum:open,closed, reference:product (the id of a record that must exist)
  access who may use its routes: signed-in callers (the default), only its owner, or anyone

For example: npm run generate -- entity product name:string price:decimal:12,2 note:text:optional`;

const generators = { entity: generateEntity, service: generateService, field: generateField };

try {
  const [what, ...given] = process.argv.slice(2);
  if (!Object.hasOwn(generators, what ?? '') || !given.length)
    throw new Refusal(`Name what to generate:\n\n${usage}`);
  await generators[what](given);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @param {string[]} given */
async function generateEntity(given) {
  const { access, words } = readAccess(given);
  const [named, ...described] = words;
  const name = await readName(named);
  const fields = readFields(described, access);
  await refuseUnknownReferences(name, fields);
  const { kebab, pascal, path } = name;
  const appModule = await appModuleWith({
    name: `${pascal}ResourceModule`,
    from: `./resource/${kebab}/${kebab}.controller.js`,
  });
  const files = await entityFiles(name, fields, access);
  await writeAll(files, [appModule]);
  console.log(`${listOf(files, [appModule])}

Next
  npm test -- test/e2e/${kebab}.spec.ts
      tests ${path} on both databases
  npm run migration:generate -- add-${kebab}
      writes the migrations, for databases with SCHEMA_MODE=migrate; the embedded SQLite creates the table at the start
  docs/guide/add-an-entity.md
      explains each file and the next steps`);
}

/** @param {string[]} given */
async function generateService([named, ...more]) {
  if (more.length) throw new Refusal(`A service takes only a name: leave out ${more.join(' ')}.`);
  const name = await readServiceName(named);
  const changes = await serviceEdits(name);
  const files = await serviceFiles(name);
  await writeAll(files, changes);
  documentSettings();
  console.log(`${listOf(files, changes)}
.env.example and README.md have its setting, ${name.variable}.

Next
  npm test -- test/e2e/${name.kebab}-service.spec.ts
      tests its messages on both databases
  src/modules/${name.kebab}/${name.kebab}.messages.ts
      declares its messages: write their fields, and the path that they are posted to
  docs/guide/add-a-service.md
      explains how a rule records a message`);
}

/** @param {string[]} given */
async function generateField([entity, described, ...more]) {
  if (described === undefined || more.length)
    throw new Refusal(
      `Name an entity and one field: npm run generate -- field ${entity} phone:string:optional`,
    );
  const field = readField(described);
  const { name, changes } = await fieldEdits(entity, field);
  await writeAll([], changes);
  const migrations = await writeMigrations(name, field);
  console.log(`Added ${field.name} in
${changes.map(({ path }) => `  ${path}`).join('\n')}

${migrations}

Next
  npm run check
  git diff
      read the migrations before you commit them`);
}

function listOf(files, changes) {
  return `Wrote
${files.map((file) => `  ${file.path}`).join('\n')}
and its line in ${changes.map(({ path }) => path).join(', ')}.`;
}
