import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The program as `npm run build` made it, on a free port, with a folder of its own. */
export class BuiltProgram {
  private constructor(
    /** Without a slash at its end. */
    readonly url: string,
    private readonly child: ChildProcess,
    readonly folder: string,
  ) {}

  static async start(variables: Readonly<Record<string, string>> = {}): Promise<BuiltProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-browser-'));
    const child = spawn(process.execPath, [resolve('dist/src/main.js')], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '0', METRICS_PORT: '0', LOG_FORMAT: 'json', ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new BuiltProgram(await addressOf(child), child, folder);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null) await once(this.child, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }
}

function addressOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, address] = /(http:\S+)\/docs\//.exec(said) ?? [];
      if (address) found(address);
    });
    stdout?.once('end', () => failed(new Error(`The program ended before it told its address:\n${said}`)));
  });
}
