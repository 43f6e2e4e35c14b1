import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transformFile } from '@swc/core';

/** The notification service, compiled as a build would, to be run as real processes. */
export class MailProgram {
  private readonly running: ChildProcess[] = [];

  private constructor(readonly folder: string) {}

  static async compile(): Promise<MailProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'mail-program-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    for (const part of ['notification-service', 'http', 'ddd', 'config'])
      await compileAll(join('src', part), folder);
    return new MailProgram(folder);
  }

  /** Runs the service on its own. */
  standalone(variables: NodeJS.ProcessEnv): RunningProgram {
    return this.run([join(this.folder, 'src/notification-service/main.js')], variables);
  }

  /** Runs a program that starts the bundled service as the API does, and stops it at SIGTERM. */
  parent(variables: NodeJS.ProcessEnv, program = 'src/notification-service/main.js'): RunningProgram {
    const url = (path: string) => JSON.stringify(pathToFileURL(join(this.folder, path)));
    const script = `
      import { startBundledNotificationService } from ${url('src/notification-service/bundled.js')};
      const service = await startBundledNotificationService(new URL(${url(program)}));
      process.once('SIGTERM', () => service.stop());
      console.log('at ' + service.url + ' ');`;
    return this.run(['--input-type=module', '--eval', script], variables);
  }

  async remove(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  private run(args: string[], variables: NodeJS.ProcessEnv): RunningProgram {
    const { PATH } = process.env;
    const child = spawn(process.execPath, args, { cwd: this.folder, env: { PATH, ...variables } });
    this.running.push(child);
    return new RunningProgram(child);
  }
}

/** A process and what it has said. */
export class RunningProgram {
  output = '';
  readonly ended: Promise<unknown[]>;

  constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'close');
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.output += text.toString()));
  }

  /** Waits until it has said this; fails when it ends first. */
  async said(what: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = what.exec(this.output);
      if (found) return found;
      if (this.child.exitCode !== null) throw new Error(`It ended without saying ${what}: ${this.output}`);
      await new Promise((again) => setTimeout(again, 10));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Process ids of its children. */
  async children(): Promise<number[]> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid=']);
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/));
    return rows.filter(([parent]) => parent === String(this.child.pid)).map(([, pid]) => Number(pid));
  }
}

async function compileAll(source: string, target: string): Promise<void> {
  for (const file of await readdir(source, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const output = join(target, source, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(output), { recursive: true });
    const { code } = await transformFile(join(source, file), {
      swcrc: false,
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
    });
    await writeFile(output, code);
  }
}
