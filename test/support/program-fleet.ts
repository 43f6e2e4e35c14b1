import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './program.js';
import type { RunningProgram } from './program.js';

/** The response of a process; a status of 0 stands for no response. */
export interface Reply {
  readonly status: number;
  readonly body: Record<string, string>;
}

/** Several processes of the service on one database, of which each can die and be replaced. */
export class ProgramFleet {
  readonly #programs: { program: RunningProgram; url: string }[] = [];

  private constructor(
    private readonly folder: string,
    private readonly databaseUrl: string,
  ) {}

  static async start(databaseUrl: string, count: number): Promise<ProgramFleet> {
    const fleet = new ProgramFleet(await mkdtemp(join(tmpdir(), 'accounts-fleet-')), databaseUrl);
    // The first one alone, because it creates the tables.
    await fleet.#add();
    await Promise.all(Array.from({ length: count - 1 }, () => fleet.#add()));
    return fleet;
  }

  get urls(): readonly string[] {
    return this.#programs.map(({ url }) => url);
  }

  /** Kills one of them with SIGKILL, and replaces it. The others continue to serve. */
  async killOne(): Promise<void> {
    const [first] = this.#programs.splice(Math.floor(Math.random() * this.#programs.length), 1);
    first?.program.kill('SIGKILL');
    await first?.program.ended;
    await this.#add();
  }

  /** Sends a request to any of them. */
  async ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { body, token }: { readonly body?: object; readonly token?: string } = {},
  ): Promise<Reply> {
    const { url = '' } = this.#programs[Math.floor(Math.random() * this.#programs.length)] ?? {};
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          'Content-Type': 'application/json',
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : {} };
    } catch {
      return { status: 0, body: {} };
    }
  }

  /** Ends all of them at once. */
  async destroy(): Promise<void> {
    for (const { program } of this.#programs) program.kill('SIGKILL');
    await Promise.all(this.#programs.map(({ program }) => program.ended));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #add(): Promise<void> {
    const program = startProgram({
      cwd: this.folder,
      variables: {
        DATABASE_URL: this.databaseUrl,
        PORT: '0',
        METRICS: 'off',
        // All clients of a test have one address.
        RATE_LIMIT_PER_MINUTE: '0',
        LOG_FORMAT: 'json',
        NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
        PASSWORD_MEMORY_KIB: '8',
        PASSWORD_ITERATIONS: '1',
        PASSWORD_MAX_WAIT_MS: '60000',
        UNIT_TIMEOUT_MS: '60000',
      },
    });
    const [, url = ''] = await program.said(/API (http:\S+?)\/"/);
    this.#programs.push({ program, url });
  }
}
