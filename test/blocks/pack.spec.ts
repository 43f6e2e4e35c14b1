/**
 * The package of the blocks, as an application elsewhere installs it.
 * Real: the packing, npm, a fresh Nest application that is compiled strictly, the databases. Copied,
 * because it is compiled for minutes: the binary of the `sqlite3` package.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, databaseKinds } from '../../testing/index.js';

/** Compiles better-sqlite3, which takes two minutes: STOCK_DRIVER=on npm run test:blocks. */
const long = process.env['STOCK_DRIVER'] === 'on' ? it : it.skip;
const run = promisify(execFile);
let folder: string;

/** Runs a program in the folder of the application, and throws what it has printed when it fails. */
async function type(program: string, ...parameters: readonly string[]): Promise<string> {
  try {
    return (await run(program, parameters, { cwd: folder, maxBuffer: 10_000_000 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${parameters.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blocks-'));
  await run(process.execPath, ['tools/pack-blocks.js', folder]);
  const [archive = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const brought = Object.entries(dependencies).filter(([name]) =>
    /^@nestjs\/(common|core|platform-express|swagger|typeorm|axios)$|^(typeorm|rxjs|reflect-metadata|class-\w+)$/.test(
      name,
    ),
  );
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'fresh',
      private: true,
      type: 'module',
      dependencies: { ...Object.fromEntries(brought), 'domain-blocks': `file:${archive}` },
      devDependencies: {
        typescript: devDependencies['typescript'],
        '@types/node': devDependencies['@types/node'],
      },
    }),
  );
  await cp('test/blocks/app', folder, { recursive: true });
  await type('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline');
  await cp('node_modules/sqlite3/build', join(folder, 'node_modules/sqlite3/build'), { recursive: true });
  await type('npx', '--no-install', 'tsc', '-p', '.');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('The package of the blocks', () => {
  it('has a README with a row for each of its entries', async () => {
    const installed = join(folder, 'node_modules/domain-blocks');
    const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    const readme = await readFile(join(installed, 'README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| `domain-blocks\/(\S+)` /gm)].map(([, name = '']) => `./${name}`);

    expect(rows.sort()).toEqual(
      Object.keys(exports)
        .filter((name) => name !== './package.json')
        .sort(),
    );
  });

  it.each(databaseKinds)('runs a unit, a rollback, a message and a REST resource on %s', async (kind) => {
    const database = await createDatabase(kind);
    try {
      const address = kind === 'sqlite' ? database.url.replace('sqlite:', '') : database.url;
      const printed = await type(process.execPath, 'compiled/main.js', kind, address);

      expect(JSON.parse(printed)).toEqual({
        titles: ['kept', 'posted'],
        rolledBack: 'rolled back',
        delivered: ['kept'],
        created: 201,
        wrong: 400,
        listed: ['posted'],
      });
    } finally {
      await database.destroy();
    }
  });

  long(
    'has a repository on a plain better-sqlite3, and refuses by name what needs transactions',
    async () => {
      await type('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', 'better-sqlite3@12');
      await type('npm', 'rebuild', 'better-sqlite3');
      const { unit, resource, outbox, ...found } = JSON.parse(
        await type(process.execPath, 'compiled/stock.js', join(folder, 'stock.db')),
      ) as Record<string, unknown>;

      expect(found).toEqual({ found: ['MILK'], dropped: 1, count: 1 });
      expect(unit).toMatch(/A unit of work needs query runners that keep its statements in order/);
      expect(resource).toBe(unit);
      expect(outbox).toMatch(/AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY/);
    },
  );
});
