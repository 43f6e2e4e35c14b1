import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from '@jest/globals';
import type { CommandOrder, CommandResult } from './command-host.js';
import { programPath } from './program.js';

let host: { readonly process: ChildProcess; readonly ended: Promise<never> } | undefined;
let running: Promise<unknown> = Promise.resolve();
// At the root of the file that imports this.
afterAll(() => void host?.process.kill('SIGKILL'));

export interface CommandStart {
  readonly cwd: string;
  readonly variables?: NodeJS.ProcessEnv;
}

/**
 * Runs a compiled command of src/cli with nothing of this process's environment, as `npm run` does, but in a process that
 * the commands of a test file share. For what happens to the process itself (signals, races, its start), see startProgram.
 */
export function runCommand(
  name: string,
  args: readonly string[],
  { cwd, variables = {} }: CommandStart,
): Promise<CommandResult> {
  const path = programPath(`src/cli/${name}.js`);
  const result = running.then(() => order({ path, args, cwd, variables }));
  running = result.catch(() => undefined);
  return result;
}

async function order(command: CommandOrder): Promise<CommandResult> {
  host ??= startHost();
  const answered = once(host.process, 'message').then(([result]) => result as CommandResult);
  host.process.send(command);
  return Promise.race([answered, host.ended]);
}

function startHost() {
  const { PATH } = process.env;
  const child = fork(programPath('test/support/command-host.js'), { env: { PATH }, execArgv: [] });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The process that runs commands ended: ${code ?? signal}`);
  });
  return { process: child, ended };
}
