import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the setup of the test run has compiled the programs to, in the layout of the repository. */
export function programPath(path: string): string {
  const folder = process.env['TEST_PROGRAM_FOLDER'];
  if (!folder)
    throw new Error(
      'TEST_PROGRAM_FOLDER is not set: run the tests through jest.config.js, whose setup compiles the programs',
    );
  return join(folder, path);
}

export interface ProgramStart {
  /** Working directory: where a relative `data/` lies and a `.env` is read. */
  readonly cwd: string;
  readonly variables?: NodeJS.ProcessEnv;
  /** The program to run; by default the API. */
  readonly args?: readonly string[];
}

/** Starts a compiled program as a process of its own, with nothing of this process's environment but PATH. */
export function startProgram({
  cwd,
  variables,
  args = [programPath('src/main.js')],
}: ProgramStart): RunningProgram {
  const { PATH } = process.env;
  return new RunningProgram(spawn(process.execPath, args, { cwd, env: { PATH, ...variables } }));
}

/** A process and its output. */
export class RunningProgram {
  output = '';
  readonly ended: Promise<unknown[]>;

  constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'close');
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.output += text.toString()));
  }

  /** Waits until its output matches; fails when it ends first. */
  async said(what: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = what.exec(this.output);
      if (found) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`It ended without saying ${what}: ${this.output}`);
      await new Promise((again) => setTimeout(again, 10));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  get pid(): number {
    return Number(this.child.pid);
  }

  /** Process ids of its children. */
  async children(): Promise<number[]> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid=']);
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/));
    return rows.filter(([parent]) => parent === String(this.pid)).map(([, pid]) => Number(pid));
  }
}
