/**
 * Writes the migrations for the differences between the existing migrations and the entities, for both databases:
 *
 *   npm run migration:generate -- add-nickname
 *
 * Each is written against an empty database of its kind, SQLite in a temporary folder and PostgreSQL from an npm
 * package. Read them before they are committed: TypeORM renames a column by dropping it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { RestartablePostgres } from '../test/support/postgres-server.js';

const [name = ''] = process.argv.slice(2);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.error(
    'Name the migration in kebab-case, for what it does: npm run migration:generate -- add-nickname',
  );
  process.exit(2);
}
const { describeDataSource } = await built('src/database/describe-data-source.js');
const { readSettings } = await built('src/config/settings.js');

const timestamp = Date.now();
const className = `${name.replace(/(^|-)(.)/g, (_, _dash, letter) => letter.toUpperCase())}${timestamp}`;
const folder = await mkdtemp(join(tmpdir(), 'accounts-migration-'));
let server;
try {
  server = await RestartablePostgres.start();
  await write('sqlite', `sqlite:${join(folder, 'empty.db')}`);
  await write('postgres', server.url);
} catch (error) {
  console.error(error.stack);
  process.exitCode = 2;
} finally {
  await server?.remove();
  await rm(folder, { recursive: true });
}

async function write(kind, url) {
  const { up, down } = await changes(readSettings({ DATABASE_URL: url }).database);
  if (!up.length) return console.log(`${kind}: the migrations agree with the entities, nothing to write`);
  const path = `src/database/migrations/${kind}/${timestamp}-${name}.ts`;
  await mkdir(`src/database/migrations/${kind}`, { recursive: true });
  await writeFile(path, await format(sourceOf(up, down), { ...(await resolveConfig(path)), filepath: path }));
  console.log(`${kind}: ${path}`);
}

async function changes(database) {
  const migrated = await describeDataSource(database).initialize();
  await migrated.runMigrations({ transaction: 'each' });
  await migrated.destroy();
  // A new connection, because an open one may remember the old schema.
  const dataSource = await describeDataSource(database).initialize();
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  return { up: upQueries.map(asCall), down: downQueries.reverse().map(asCall) };
}

function asCall({ query, parameters = [] }) {
  if (parameters.length) throw new Error(`This statement has parameters, write it manually: ${query}`);
  return `await runner.query(\`${readable(query).replaceAll(/[\\`$]/g, '\\$&')}\`);`;
}

/**
 * One column per line, and no schema name, because the connection determines it. The last bracket stays on its line:
 * SQLite keeps the text of a table, and TypeORM would not find a check before a line break.
 */
function readable(query) {
  const sql = query.replaceAll('"public".', '').replaceAll(/ {2,}/g, ' ');
  if (!sql.startsWith('CREATE TABLE')) return sql;
  let depth = 0;
  const broken = sql.replaceAll(/[()]|, /g, (mark) => {
    if (mark === ')') depth--;
    if (mark === '(' && ++depth === 1) return '(\n      ';
    return depth === 1 && mark === ', ' ? ',\n      ' : mark;
  });
  return `\n    ${broken}`;
}

function sourceOf(up, down) {
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    ${up.join('\n')}
  }

  async down(runner: QueryRunner): Promise<void> {
    ${down.join('\n')}
  }
}
`;
}

/** A module of the built program, which exists only after a build. */
function built(path) {
  return import(new URL(`../dist/${path}`, import.meta.url).href);
}
