/**
 * Writes an entity in the style of this repository, from its table to its HTTP routes and their test:
 *
 *   npm run generate -- entity product name:string price:number sku:string:unique note:text:optional
 *
 * Everything is prepared before anything is written, and no existing file is overwritten.
 */
import { appModuleWith } from './generate/app-module.js';
import { entityFiles } from './generate/entity-files.js';
import { readAccess } from './generate/access.js';
import { readFields } from './generate/field.js';
import { readName } from './generate/name.js';
import { Refusal } from './generate/refusal.js';
import { writeAll } from './generate/write-all.js';

const usage = `npm run generate -- entity <name> <field>:<type>[:unique][:optional] … [--access owner|signed-in|public]

  name   in kebab-case, of one of them: product, order-line
  field  in camelCase: unitPrice
  type   string (at most 200 characters), text (at most 10000), number, integer, boolean
  access who may use its routes: signed-in callers (the default), only its owner, or anyone

For example: npm run generate -- entity product name:string price:number note:text:optional`;

try {
  await generate(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @param {string[]} words */
async function generate([what, ...given]) {
  if (what !== 'entity' || !given.length) throw new Refusal(`Name what to generate:\n\n${usage}`);
  const { access, words } = readAccess(given);
  const [named, ...described] = words;
  const name = await readName(named);
  const fields = readFields(described, access);
  const appModule = await appModuleWith(name);
  const files = await entityFiles(name, fields, access);
  await writeAll(files, appModule);
  console.log(report(name, files, appModule));
}

function report({ kebab, path }, files, appModule) {
  return `Wrote
${files.map((file) => `  ${file.path}`).join('\n')}
and its line in ${appModule.path}.

Next
  npm test -- test/e2e/${kebab}.spec.ts
      tests ${path} on both databases
  npm run migration:generate -- add-${kebab}
      writes the migrations, for databases with SCHEMA_MODE=migrate; the embedded SQLite creates the table at the start
  docs/guide/add-an-entity.md
      explains each file and the next steps`;
}
