/**
 * docs/guide/backup.md, followed to the letter.
 * Real: the text of the guide, a shell, the compiled commands, both databases, PostgreSQL's own tools where this machine has
 * some that are new enough (skipped aloud elsewhere). Changed: `npm run` starts what the test run has compiled.
 */
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDatabase } from '../support/databases.js';
import type { DatabaseKind, TestDatabase } from '../support/databases.js';
import { contentOf, fill, withTables } from '../support/move-databases.js';
import { hasPostgresTools } from '../support/postgres-tools.js';
import { programPath } from '../support/program.js';

const guide = readFileSync('docs/guide/backup.md', 'utf8');
const [sqlite = '', postgres = ''] = guide.split('## PostgreSQL');
const commandsIn = (text: string) => [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);

let folder: string;
let database: TestDatabase;
afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

async function prepare(kind: DatabaseKind) {
  folder = await mkdtemp(join(tmpdir(), 'accounts-guide-'));
  database = await createDatabase(kind);
  const npm = `#!/bin/sh\nshift; name=$1; shift 2\nexec "${process.execPath}" "${programPath('src/cli')}/$name.js" "$@"\n`;
  await writeFile(join(folder, 'npm'), npm);
  chmodSync(join(folder, 'npm'), 0o755);
  const source = await withTables(database);
  await fill(source, 20);
  return source;
}

const shell = (command: string, variables: Record<string, string>) =>
  promisify(execFile)('sh', ['-ec', command], {
    cwd: folder,
    env: { ...variables, PATH: [folder, process.env['PATH']].join(delimiter) },
  });

describe('The guide to backups', () => {
  it('backs up and restores the embedded database with its commands', async () => {
    const source = await prepare('sqlite');
    const content = await contentOf(source);
    const [backup = '', restore = '', trial = '', ...others] = commandsIn(sqlite);
    expect(others).toEqual([]);
    const variables = { DATABASE_URL: database.url };
    await shell(backup, variables);
    await source.query('DELETE FROM outbox_attempt');
    await source.destroy();
    expect((await shell(restore, variables)).stdout).toMatch(/kept as .*\.before-restore-/);
    await shell(trial, variables);
    for (const url of [database.url, `sqlite:${join(folder, 'trial/accounts.db')}`])
      expect(await contentOf(await database.connectWith({}, url))).toEqual(content);
  });

  const canRun = hasPostgresTools('the guide to backups on PostgreSQL');
  (canRun ? it : it.skip)('backs up and restores PostgreSQL by the commands that it names', async () => {
    const source = await prepare('postgres');
    const content = await contentOf(source);
    const [backup = '', restore = '', ...others] = commandsIn(postgres);
    expect(others).toEqual([]);
    const name = new URL(database.url).pathname.slice(1);
    const restored = database.url.replace(name, `${name}_restored`);
    const variables = { DATABASE_URL: database.url, RESTORED_DATABASE_URL: restored };
    await shell(backup, variables);
    await shell(restore.replace('accounts_restored', `${name}_restored`), variables);
    expect(await contentOf(await database.connectWith({}, restored))).toEqual(content);
  });
});
