import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { glob } from './glob.js';
import { Refusal } from './refusal.js';

/** PostgreSQL cuts names off after 63 bytes, and names its constraints after tables. */
const maxLength = 40;

/** What the generated files import: a class of the same name could not be declared beside it. */
const imported = ['collection', 'controller', 'entity', 'module', 'rest', 'sql', 'sql-table'];
/** Paths that the program serves itself. */
const served = ['docs', 'health', 'live', 'metrics', 'ready', 'schema'];
/** Words that ESLint refuses in the names of files and classes. */
const vague = ['util', 'utils', 'helper', 'helpers', 'common', 'commons', 'misc', 'impl'];

/**
 * The name of an entity in every form that the files need.
 * @throws Refusal when it is not a valid name, or taken
 */
export async function readName(kebab) {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(kebab) || kebab.length > maxLength)
    throw new Refusal(
      `${kebab} is not a valid entity name. Use the singular in kebab-case, in at most ${maxLength} characters: product, order-line.`,
    );
  const name = formsOf(kebab);
  refuseReserved(name);
  refuseTaken([`src/modules/${kebab}`, `src/resource/${kebab}`, `test/e2e/${kebab}.spec.ts`]);
  await refuseTakenTable(name);
  return name;
}

/** Their classes would have the names of classes of the building blocks (SqlWorker) or of the assembly (LimitModule). */
const ofServices = ['app', 'http', 'http-client', 'idempotency', 'limit', 'observability', 'remote', 'sql'];

/**
 * The name of a service in every form that the files need.
 * @throws Refusal when it is not a valid name, or taken
 */
export async function readServiceName(kebab) {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(kebab) || kebab.length > maxLength)
    throw new Refusal(
      `${kebab} is not a valid service name. Name it in kebab-case, in at most ${maxLength} characters: audit, price-list.`,
    );
  if (/(^|-)service$/.test(kebab))
    throw new Refusal(`Leave the word service out of the name ${kebab}: the generator adds it.`);
  const name = { ...formsOf(kebab), variable: `${kebab.replaceAll('-', '_').toUpperCase()}_SERVICE_URL` };
  if (ofServices.includes(kebab) || name.camel in {} || kebab.split('-').some((word) => vague.includes(word)))
    throw new Refusal(
      `A service cannot be called ${kebab}: ${ofServices.includes(kebab) ? 'the building blocks have classes of that name' : 'the name is vague, or every JavaScript object has it'}. Choose another name.`,
    );
  refuseTaken([
    `src/modules/${kebab}`,
    `src/config/groups/${kebab}.settings.ts`,
    `test/e2e/${kebab}-service.spec.ts`,
  ]);
  for (const path of await glob('src/config/groups', '.settings.ts'))
    if (new RegExp(`^  ${name.camel}: \\{`, 'm').test(await readFile(path, 'utf8')))
      throw new Refusal(`The settings ${name.camel} are those of ${path} already. Choose another name.`);
  return name;
}

function formsOf(kebab) {
  const camel = kebab.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  return {
    kebab,
    camel,
    pascal: camel[0].toUpperCase() + camel.slice(1),
    table: kebab.replaceAll('-', '_'),
    words: kebab.replaceAll('-', ' '),
    path: `/${kebab}/`,
  };
}

function refuseReserved({ kebab, camel, pascal, path }) {
  const [reason] = [
    camel in {} && `every JavaScript object has a ${camel}`,
    pascal in globalThis && `JavaScript has a ${pascal} of its own`,
    (imported.includes(kebab) || kebab.endsWith('-field')) && 'the building blocks have a class of that name',
    served.includes(kebab) && `the program serves ${path} itself`,
    kebab.split('-').some((word) => vague.includes(word)) && 'the linter refuses vague names',
  ].filter(Boolean);
  if (reason) throw new Refusal(`An entity cannot be called ${kebab}: ${reason}. Choose another name.`);
}

function refuseTaken(paths) {
  const taken = paths.find(existsSync);
  if (taken)
    throw new Refusal(
      `${taken} exists already, and nothing is overwritten. Choose another name, or remove it first.`,
    );
}

async function refuseTakenTable({ table }) {
  for (const path of await glob('src', '.entity.ts'))
    if ((await readFile(path, 'utf8')).includes(`@Entity('${table}')`))
      throw new Refusal(`The table ${table} is already that of ${path}. Choose another name.`);
}
