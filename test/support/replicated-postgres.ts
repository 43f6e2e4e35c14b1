import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.js';
import { until } from './until.js';

const versions = '/usr/lib/postgresql';

/** The programs of the newest PostgreSQL that Debian has installed here (`apt-get install postgresql`), if any. */
export function debianPostgres(): string | undefined {
  try {
    const [newest] = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
    return newest && join(versions, newest, 'bin');
  } catch {
    return undefined;
  }
}

interface Server {
  readonly name: string;
  readonly port: number;
  process?: ChildProcess;
}

/** A primary with a synchronous standby, which follows it by streaming: a commit is acknowledged once both have it. */
export class ReplicatedPostgres {
  #primary: Server;
  #standby: Server;

  private constructor(
    private readonly bin: string,
    private readonly folder: string,
    /** PostgreSQL refuses to run as root. */
    private readonly user: { uid?: number; gid?: number },
    ports: readonly [number, number],
  ) {
    this.#primary = { name: 'a', port: ports[0] };
    this.#standby = { name: 'b', port: ports[1] };
  }

  static async start(bin: string): Promise<ReplicatedPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-replicated-'));
    const isRoot = process.getuid?.() === 0;
    const idOf = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
    const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (isRoot) await chown(folder, user.uid!, user.gid!);
    await chmod(folder, 0o700);
    const ports = [await freePort(), await freePort()] as const;
    const both = new ReplicatedPostgres(bin, folder, user, ports);
    try {
      const data = both.#dataOf(both.#primary);
      await both.#run('initdb', [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale=C',
        '-N',
      ]);
      await both.#serve(both.#primary);
      await both.replicate();
      return both;
    } catch (error) {
      await both.remove();
      throw error;
    }
  }

  /** With both servers, for DATABASE_URL. */
  get url(): string {
    const hosts = [this.#primary, this.#standby].sort((a, b) => a.port - b.port);
    return `postgres://postgres@${hosts.map(({ port }) => `127.0.0.1:${port}`).join(',')}/postgres?target_session_attrs=read-write`;
  }

  /** Ends the primary and every process of it as a power cut does. */
  async killPrimary(): Promise<void> {
    const { process: main } = this.#primary;
    const ended = once(main!, 'close');
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(main!.pid)]);
    for (const pid of [main!.pid!, ...stdout.trim().split('\n').map(Number)])
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    await ended;
  }

  /** Makes the standby the primary, as a fail-over manager does. */
  async promote(): Promise<void> {
    await this.#query(this.#standby, 'SELECT pg_promote()');
    [this.#primary, this.#standby] = [this.#standby, this.#primary];
  }

  /** Replaces the lost server by a new standby, and makes commits wait for it. */
  async replicate(): Promise<void> {
    const [primary, standby] = [this.#primary, this.#standby];
    const data = this.#dataOf(standby);
    await rm(data, { recursive: true, force: true });
    const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`;
    await this.#run('pg_basebackup', ['-D', data, '-d', from, '-R', '-X', 'stream', '-c', 'fast', '-N']);
    // Once promoted it has no standby to wait for.
    await appendFile(join(data, 'postgresql.auto.conf'), `synchronous_standby_names = ''\n`);
    await this.#serve(standby);
    await this.#query(primary, `ALTER SYSTEM SET synchronous_standby_names = 'standby'`);
    await this.#query(primary, 'SELECT pg_reload_conf()');
    await until('the standby is synchronous', async () => {
      const [row] = await this.#query(primary, 'SELECT sync_state FROM pg_stat_replication');
      return row?.['sync_state'] === 'sync';
    });
  }

  /** Suspends the standby: it keeps its connections, and acknowledges nothing. */
  async stallStandby(): Promise<() => void> {
    const { pid } = this.#standby.process!;
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]);
    const pids = stdout.trim().split('\n').map(Number);
    for (const each of pids) process.kill(each, 'SIGSTOP');
    return () => pids.forEach((each) => process.kill(each, 'SIGCONT'));
  }

  query(sql: string): Promise<Record<string, unknown>[]> {
    return this.#query(this.#primary, sql);
  }

  async remove(): Promise<void> {
    for (const { process: main } of [this.#primary, this.#standby])
      if (main && main.exitCode === null && main.signalCode === null) {
        const ended = once(main, 'close');
        main.kill('SIGQUIT');
        await ended;
      }
    await rm(this.folder, { recursive: true, force: true });
  }

  #dataOf({ name }: Server): string {
    return join(this.folder, name);
  }

  async #serve(server: Server): Promise<void> {
    const settings = {
      port: server.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
    };
    const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const main = spawn(join(this.bin, 'postgres'), ['-D', this.#dataOf(server), ...given], {
      ...this.user,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    main.stderr.on('data', (text: Buffer) => (said += text.toString()));
    server.process = main;
    await until(`the server ${server.name} responds`, async () => {
      if (main.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`);
      return this.#query(server, 'SELECT 1').then(
        () => true,
        () => false,
      );
    });
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(join(this.bin, program), [...args], { ...this.user, cwd: this.folder });
  }

  async #query({ port }: Server, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    } finally {
      await client.end();
    }
  }
}
