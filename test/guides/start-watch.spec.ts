/**
 * `npm run start:dev` reloads on a change.
 * Real: Nest's command line, the compiler, a copy of the sources in a folder of its own, which is changed. Fake: nothing.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningProgram } from '../support/program.js';

const needed = [
  'src',
  'ormconfig.ts',
  'package.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const limit = 180_000;

let copy: string;
let child: ChildProcess;
let program: RunningProgram;

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'accounts-watch-'));
  for (const name of needed) await cp(name, join(copy, name), { recursive: true });
  await symlink(resolve('node_modules'), join(copy, 'node_modules'));
  const { PATH } = process.env;
  const nest = resolve('node_modules/@nestjs/cli/bin/nest.js');
  // A process group of its own, so that the compiler, the program and its child do not outlive the test.
  child = spawn(process.execPath, [nest, 'start', '--watch'], {
    cwd: copy,
    detached: true,
    env: { PATH, PORT: '0', LOG_FORMAT: 'json' },
  });
  program = new RunningProgram(child);
});
afterEach(async () => {
  if (child.pid) process.kill(-child.pid, 'SIGKILL');
  await program.ended;
  await rm(copy, { recursive: true, force: true, maxRetries: 10 });
});

describe('nest start --watch', () => {
  it(
    'runs the program, and restarts it when a source file is changed',
    async () => {
      const said = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
      expect(said.scripts['start:dev']).toBe('nest start --watch');

      const [, before = ''] = await program.said(/API (http:\S+)"/);
      expect(await descriptionAt(before)).toBe('Domain-driven design with NestJS');

      const file = join(copy, 'src/openapi/api-info.ts');
      const source = await readFile(file, 'utf8');
      await writeFile(file, source.replace('Domain-driven design with NestJS', 'Changed while it ran'));

      const [, after = ''] = await program.said(/API http:\S+"[\s\S]*API (http:\S+)"/);
      expect(await descriptionAt(after)).toBe('Changed while it ran');
      await expect(fetch(before)).rejects.toThrow();
    },
    limit,
  );
});

async function descriptionAt(url: string): Promise<string> {
  const { description } = (await (await fetch(url)).json()) as { description: string };
  return description;
}
