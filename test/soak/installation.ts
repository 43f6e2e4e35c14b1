import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { calm } from '../crash/calm.js';
import { Chance } from '../crash/chance.js';
import { freePort } from '../support/free-port.js';
import type { RestartablePostgres } from '../support/postgres-server.js';
import { programPath, startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { RecordingSmtp } from '../support/recording-smtp.js';
import type { Traces } from './audit.js';
import { People } from './people.js';
import { Usage } from './usage.js';

const clients = 4;
const parts = ['API', 'notification service', 'database'] as const;
const keptOutput = 5_000;
const memoryFlags = ['--max-semi-space-size=4', '--heap-growing-percent=20'];

/** Two processes of the API, the notification service and PostgreSQL; all but the first process are restarted at random. */
export class Installation {
  readonly #restarts = new Map<string, number>();
  readonly #notStoppedWell: string[] = [];
  readonly #people: People;
  #steady!: RunningProgram;
  #steadyUrl = '';
  #restarted!: RunningProgram;
  #restartedUrl = '';
  #notifications!: RunningProgram;

  private constructor(
    private readonly postgres: RestartablePostgres,
    private readonly chance: Chance,
    private readonly smtp: RecordingSmtp,
    private readonly folder: string,
    private readonly notificationPort: number,
  ) {
    this.#people = new People(chance, () => [
      { url: this.#steadyUrl, isSteady: true },
      { url: this.#restartedUrl, isSteady: false },
    ]);
  }

  static async start(postgres: RestartablePostgres, seed: number): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-soak-'));
    const all = new Installation(
      postgres,
      new Chance(seed),
      await RecordingSmtp.start(),
      folder,
      await freePort(),
    );
    await all.#startNotifications();
    [all.#steady, all.#steadyUrl] = await all.#startApi();
    [all.#restarted, all.#restartedUrl] = await all.#startApi();
    return all;
  }

  /** Works for this long, then waits until every message is delivered. */
  async run(forMs: number): Promise<Traces> {
    const end = performance.now() + forMs;
    const isOver = () => performance.now() >= end;
    const usage = new Usage(this.#steady, join(this.folder, 'mails'), {
      bytesOfDatabase: () => this.#bytesOfDatabase(),
      accounts: () => this.#people.acknowledged.length,
    });
    await Promise.all([
      this.#people.work(clients, isOver),
      this.#restartAtRandom(isOver),
      usage.record(isOver),
    ]);
    await calm(this.postgres.url);
    const traces = {
      emails: (await this.#query('SELECT email FROM "user"')).map(({ email }) => String(email)),
      messagesWithoutAccount: (
        await this.#query('SELECT id FROM outbox_message WHERE id NOT IN (SELECT id FROM "user")')
      ).map(({ id }) => String(id)),
    };
    for (const [name, program] of [
      ['API', this.#steady],
      ['API', this.#restarted],
      ['notification service', this.#notifications],
    ] as const)
      await this.#end(name, program, 'SIGTERM');
    return {
      ...traces,
      people: this.#people,
      mailed: this.smtp.recipients,
      restarts: this.#restarts,
      usage,
      notStoppedWell: this.#notStoppedWell,
    };
  }

  /** Of the programs, for a look at what went wrong. */
  get lastOutput(): string {
    const programs = [this.#steady, this.#restarted, this.#notifications];
    return programs.map(({ output }) => output.slice(-keptOutput)).join('\n');
  }

  async remove(): Promise<void> {
    for (const program of [this.#steady, this.#restarted, this.#notifications]) {
      program.kill('SIGKILL');
      await program.ended;
    }
    await this.smtp.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Every part once in each round, in any order, so that even a short run restarts all of them. */
  async #restartAtRandom(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const order = parts.map((part) => [this.chance.upTo(1), part] as const).sort(([a], [b]) => a - b);
      for (const [, part] of order) {
        await pause(500 + this.chance.upTo(4_000));
        if (isOver()) return;
        await this.#restart(part, this.chance.upTo(1) < 0.5 ? 'SIGTERM' : 'SIGKILL');
        this.#restarts.set(part, (this.#restarts.get(part) ?? 0) + 1);
      }
    }
  }

  async #restart(part: (typeof parts)[number], signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    switch (part) {
      case 'API':
        await this.#end(part, this.#restarted, signal);
        [this.#restarted, this.#restartedUrl] = await this.#startApi();
        break;
      case 'notification service':
        await this.#end(part, this.#notifications, signal);
        await pause(this.chance.upTo(1_000));
        await this.#startNotifications();
        break;
      case 'database':
        await this.postgres.stop();
        await pause(this.chance.upTo(1_000));
        await this.postgres.start();
    }
  }

  async #end(what: string, program: RunningProgram, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    program.kill(signal);
    const [code] = await program.ended;
    if (signal === 'SIGTERM' && code !== 0) this.#notStoppedWell.push(`${what}: exit code ${String(code)}`);
  }

  async #startApi(): Promise<[RunningProgram, string]> {
    const program = this.#start([...memoryFlags, programPath('src/main.js')], {
      DATABASE_URL: this.postgres.url,
      NOTIFICATION_SERVICE_URL: `http://127.0.0.1:${this.notificationPort}`,
      NOTIFICATION_TIMEOUT_MS: '2000',
      PORT: '0',
      METRICS_PORT: '0',
      KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
      PASSWORD_MEMORY_KIB: '64',
      PASSWORD_ITERATIONS: '1',
      PASSWORD_MAX_WAIT_MS: '60000',
      // All clients have one address.
      RATE_LIMIT_PER_MINUTE: '0',
    });
    const [, url = ''] = await program.said(/API (http:\S+?)\/"/);
    return [program, url];
  }

  async #startNotifications(): Promise<void> {
    this.#notifications = this.#start([programPath('src/notification-service/main.js')], {
      NOTIFICATION_PORT: String(this.notificationPort),
      SMTP_URL: this.smtp.url,
      MAIL_FOLDER: join(this.folder, 'mails'),
    });
    await this.#notifications.said(/Listening on/);
  }

  #start(args: readonly string[], variables: NodeJS.ProcessEnv): RunningProgram {
    return startProgram({
      cwd: this.folder,
      args,
      variables: { LOG_FORMAT: 'json', LOG_LEVEL: 'info', ...variables },
    });
  }

  async #bytesOfDatabase(): Promise<number> {
    const [row] = await this.#query('SELECT pg_database_size(current_database()) AS bytes');
    return Number(row?.['bytes']);
  }

  async #query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
