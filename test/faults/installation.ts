import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../crash/audit.js';
import { type Stat, isViolation } from '../crash/stat.js';
import { calm } from '../crash/calm.js';
import { Chance } from '../crash/chance.js';
import { CrashingProcess } from '../crash/crashing-process.js';
import { openDatabase } from '../crash/database-reading.js';
import { quickSettings } from '../crash/quick-settings.js';
import { UnreliableService } from '../crash/unreliable-service.js';
import { programPath } from '../support/program.js';

export interface CreateResponse {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterHeader: string | null;
  /** Milliseconds. */
  readonly duration: number;
}

export interface InstallationStart {
  /** Another notification service in place of the healthy one. */
  readonly serviceUrl?: string;
  /** Milliseconds. */
  readonly sendTimeout?: number;
  readonly variables?: NodeJS.ProcessEnv;
}

/** One real process of the API on a database, with a healthy notification service. */
export class Installation {
  /** The statuses of the create requests. */
  readonly responses: CreateResponse[] = [];
  /** E-mail addresses whose creation was answered 200. */
  readonly acknowledged = new Set<string>();

  private constructor(
    readonly process: CrashingProcess,
    readonly service: UnreliableService,
    private readonly databaseUrl: string,
    private readonly folder: string,
  ) {}

  static async start(
    databaseUrl: string,
    { serviceUrl, sendTimeout = 500, variables }: InstallationStart = {},
  ): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-fault-'));
    const service = await UnreliableService.start(new Chance(1), sendTimeout);
    service.healthy = true;
    const process = new CrashingProcess('process', {
      program: programPath('test/crash/crashing-program.js'),
      folder,
      variables: {
        ...quickSettings({ databaseUrl, serviceUrl: serviceUrl ?? service.url, sendTimeout }),
        ...variables,
      },
    });
    await process.begin({ kind: 'none' });
    await process.listens();
    return new Installation(process, service, databaseUrl, folder);
  }

  async create(email: string): Promise<CreateResponse> {
    const details = { name: 'Fault', surname: 'Test', email, password: 'a-long-password' };
    const answer = await this.#post('', details);
    this.responses.push(answer);
    if (answer.status === 200) this.acknowledged.add(email);
    return answer;
  }

  signIn(email: string): Promise<CreateResponse> {
    return this.#post('signin/', { email, password: 'a-long-password' });
  }

  /** Waits until everything is delivered, stops the process, and audits what is left. @returns what is wrong */
  async audit(): Promise<Stat[]> {
    await calm(this.databaseUrl);
    this.process.signal('SIGTERM');
    await this.process.ended;
    const database = await openDatabase(this.databaseUrl);
    const stats = audit({
      tables: await database.readTables().finally(() => database.close()),
      received: this.service.received,
      acknowledged: this.acknowledged,
      requested: new Map(),
      responses: new Map(this.responses.map(({ status }) => [status, 1])),
      givenUp: new Set(),
      toBeGivenUp: 0,
      deaths: [],
      reports: this.process.reports.map((report) => ({ ...report, sender: 'process' })),
      places: [],
      notStoppedWell: this.process.exitCode === 0 ? [] : ['process'],
    });
    return stats.filter(isViolation);
  }

  async destroy(): Promise<void> {
    await this.process.kill();
    await this.service.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #post(path: string, body: object): Promise<CreateResponse> {
    const began = Date.now();
    const response = await fetch(`${this.process.url}/user/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text && (JSON.parse(text) as unknown),
      retryAfterHeader: response.headers.get('retry-after'),
      duration: Date.now() - began,
    };
  }
}
