import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './program.js';
import type { RunningProgram } from './program.js';

/** A secret, without which each start warns. */
export const keySecret = Buffer.alloc(32, 1).toString('base64');
const quick = {
  PASSWORD_MEMORY_KIB: '64',
  PASSWORD_ITERATIONS: '1',
  KEY_SECRET: keySecret,
  // All clients of a test have one address.
  RATE_LIMIT_PER_MINUTE: '0',
};

/** The account service as a real process on free ports, in a folder of its own. */
export class RunningService {
  private constructor(
    readonly program: RunningProgram,
    readonly url: string,
    readonly metricsUrl: string,
    private readonly folder: string,
  ) {}

  static async start(variables: NodeJS.ProcessEnv): Promise<RunningService> {
    const folder = await mkdtemp(join(tmpdir(), 'service-'));
    const program = startProgram({
      cwd: folder,
      variables: { PORT: '0', METRICS_PORT: '0', LOG_FORMAT: 'json', ...quick, ...variables },
    });
    const [, url = ''] = await program.said(/API (http:\S+?)\/"/);
    const [, metricsUrl = ''] = /Metrics (http:\S+?)"/.exec(program.output) ?? [];
    return new RunningService(program, url, metricsUrl, folder);
  }

  post(path: string, body: object): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async metrics(): Promise<string> {
    return (await fetch(this.metricsUrl)).text();
  }

  async stop(): Promise<void> {
    this.program.kill('SIGKILL');
    await this.program.ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

export const ada = { name: 'Ada', surname: 'Lovelace', email: 'ada@example.com', password: '123456' };
