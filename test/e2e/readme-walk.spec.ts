/**
 * The README's walk, line by line, as a newcomer types it.
 * Real: the text of README.md, a shell, curl, the compiled program with its defaults and the notification service that
 * comes along, an empty folder. Changed: the port, and what the shell is not told by a person: when to look again.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { until } from '../support/until.js';
import { patternOf, stepsIn } from '../support/walk.js';
import type { Step } from '../support/walk.js';

let cwd: string;
let program: RunningProgram;
beforeEach(async () => (cwd = await mkdtemp(join(tmpdir(), 'accounts-readme-'))));
afterEach(async () => {
  program.kill('SIGKILL');
  await program.ended;
  await rm(cwd, { recursive: true, force: true, maxRetries: 10 });
});

describe('The walk through README.md', () => {
  it('prints what it says, with the program restarted where it says so', async () => {
    const blocks = walkIn(await readFile('README.md', 'utf8'));
    expect(blocks.map((steps) => steps.length)).toEqual([5, 3]);
    for (const steps of blocks) {
      program = startProgram({ cwd, variables: { PORT: '0' } });
      const [, port = ''] = await program.said(/API http:\/\/127\.0\.0\.1:(\d+)\//);
      for (const { command, printed } of steps) await expectPrinted(withPort(command, port), printed);
      program.kill('SIGINT');
      expect(await program.ended).toEqual([0, null]);
    }
  });
});

/** The steps of each block of commands in the section about the life of a user. */
function walkIn(readme: string): Step[][] {
  const [, section = ''] = /^## The life of a user\n([\s\S]*?)^## /m.exec(readme) ?? [];
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => stepsIn(block));
}

function withPort(command: string, port: string): string {
  return command.replace('localhost:8000', `localhost:${port}`);
}

/** A request is sent once. Only the mail folder is polled, because a mail leaves after the response. */
async function expectPrinted(command: string, printed: string): Promise<void> {
  const pattern = patternOf(printed);
  if (command.startsWith('ls'))
    await until(`${command} prints ${printed}`, async () => pattern.test(await run(command).catch(String)));
  expect(await run(command)).toMatch(pattern);
}

async function run(command: string): Promise<string> {
  const { PATH } = process.env;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd, env: { PATH } });
  return stdout;
}
