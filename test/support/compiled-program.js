import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { transformFile } from '@swc/core';
import { swcOptions } from '../../swc.options.js';

/**
 * Compiles the programs as a build would, for the tests that run them as processes of their own. Once for a whole run:
 * the setup puts the folder into TEST_PROGRAM_FOLDER (see program.ts).
 */
export async function compileProgram() {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-program-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const file of [
    'ormconfig.ts',
    ...(await sourcesIn('src')),
    ...(await sourcesIn('testing')),
    ...(await sourcesIn('test/crash')),
    ...(await sourcesIn('test/soak')),
    ...(await sourcesIn('test/support')),
  ])
    await compile(file, join(folder, file.replace(/\.ts$/, '.js')));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function sourcesIn(folder) {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files.filter((file) => /(?<!\.spec|\.d)\.ts$/.test(file)).map((file) => join(folder, file));
}

async function compile(source, target) {
  const { code } = await transformFile(source, swcOptions);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}
