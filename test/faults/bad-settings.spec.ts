/** Real: both programs and every command of package.json, each as a process once. Nothing is fake. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/commands.js';
import { programPath, startProgram } from '../support/program.js';

/** The arguments that a command needs before it reads its settings. */
const needed: Record<string, readonly string[]> = {
  accounts: ['sessions', 'john@example.com'],
  keys: ['list'],
  outbox: ['status'],
  backup: ['copy.db'],
  restore: ['copy.db'],
  move: ['--from', 'sqlite:from.db', '--to', 'postgres://me@127.0.0.1:9/to'],
};

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const commands = new Set(
  Object.values(scripts).flatMap((script) =>
    [...script.matchAll(/(?:src\/cli\/|run-command\.js )(\w+)/g)].map(([, name = '']) => name),
  ),
);
// It reads no settings.
commands.delete('asyncapi');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A misspelt name and a renamed value. */
const doubtful = { LOG_LEVLE: 'debug', ACCOUNT_PRIVACY: 'page', DATABASE_URL: 'sqlite:none.db' };
const warnings = [
  /LOG_LEVLE is not a setting and has no effect\. Did you mean LOG_LEVEL\?/g,
  /ACCOUNT_PRIVACY=page is now ACCOUNT_PRIVACY=disclose\./g,
];

describe.each([...commands])('A bad setting ends %s', (name) => {
  it('with code 2, its name and the way out, and no stack', async () => {
    const program = startProgram({
      cwd: folder,
      args: [programPath(`src/cli/${name}.js`), ...(needed[name] ?? [])],
      variables: { PORT: 'many', DATABASE_URL: 'sqlite:none.db' },
    });
    expect(await program.ended).toEqual([2, null]);
    const { output } = program;
    expect(output).toMatch(/PORT must be a whole number from 0 to 65535/);
    expect(output).toMatch(/For example: PORT=8000/);
    expect(output).not.toMatch(/^ {4}at /m);
    if (name !== 'doctor') expect(output.trim().split('\n')).toHaveLength(1);
  });

  it('also when .env cannot be read', async () => {
    await mkdir(join(folder, '.env'));
    const variables = { DATABASE_URL: 'sqlite:none.db' };
    const { code, output } = await runCommand(name, needed[name] ?? [], { cwd: folder, variables });

    expect(code).toBe(2);
    expect(output).toMatch(/\.env cannot be read \(EISDIR\)/);
    expect(output).not.toMatch(/^ {4}at /m);
  });
});

describe.each([...commands])('%s', (name) => {
  it('reports a misspelt setting and a renamed value', async () => {
    const { output } = await runCommand(name, needed[name] ?? [], { cwd: folder, variables: doubtful });
    for (const warning of warnings) expect(output.match(warning)).toHaveLength(1);
  });
});

describe.each([
  ['the API', 'src/main.js', /API http/],
  ['the notification service', 'src/notification-service/main.js', /Listening on/],
])('the start of %s', (_, path, started) => {
  it('reports a misspelt setting and a renamed value once', async () => {
    const program = startProgram({
      cwd: folder,
      args: [programPath(path)],
      variables: { ...doubtful, PORT: '0', METRICS_PORT: '0', NOTIFICATION_PORT: '0' },
    });
    await program.said(started);
    program.kill('SIGTERM');
    expect(await program.ended).toEqual([0, null]);
    for (const warning of warnings) expect(program.output.match(warning)).toHaveLength(1);
  });
});

describe('The commands', () => {
  it('are found in package.json', () => {
    expect([...commands]).toEqual(
      expect.arrayContaining(['migrate', 'outbox', 'doctor', 'move', 'backup', 'restore']),
    );
  });
});
