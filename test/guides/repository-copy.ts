import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { RunningProgram, startProgram } from '../support/program.js';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** Everything that was printed. */
  readonly output: string;
}

/** A copy of the repository with all files that are not ignored, in a temporary folder. */
export class RepositoryCopy {
  private constructor(readonly folder: string) {}

  static async make(): Promise<RepositoryCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-copy-'));
    const { stdout } = await promisify(execFile)('git', [
      ...['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    ]);
    for (const file of stdout.split('\0').filter(Boolean))
      await cp(file, join(folder, file)).catch(ignoreMissing);
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    return new RepositoryCopy(folder);
  }

  /** Runs a command in a shell. The PostgreSQL of this test run serves the tests of the copy as well. */
  async run(command: string): Promise<Ended> {
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const env = { ...environment, TEST_DATABASE_URL: process.env['TEST_POSTGRES_URL'] };
    const options = { cwd: this.folder, env, timeout: 300_000, maxBuffer: 16_777_216 };
    return new Promise((ended) =>
      execFile('sh', ['-c', command], options, (error, stdout, stderr) =>
        ended({ code: error ? Number(error.code ?? -1) : 0, stdout, output: stdout + stderr }),
      ),
    );
  }

  /** Compiles the program as the setup of a test run does, and starts it. */
  async startProgram(variables: NodeJS.ProcessEnv): Promise<RunningProgram> {
    const script = `import { compileProgram } from './test/support/compiled-program.js';
      console.log((await compileProgram()).folder);`;
    const { stdout, output } = await this.run(`node --input-type=module -e "${script}"`);
    const compiled = stdout.trim();
    if (!compiled) throw new Error(`It does not compile: ${output}`);
    const program = startProgram({
      cwd: this.folder,
      args: [join(compiled, 'src/main.js')],
      variables: { PORT: '0', METRICS_PORT: '0', ...variables },
    });
    void program.ended.then(() => rm(compiled, { recursive: true, force: true }));
    return program;
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Deleted, and not yet committed. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
