import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** Whether this machine has a PgBouncer. (Debian: apt-get install pgbouncer) */
export function hasPgBouncer(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A real PgBouncer in front of a server. */
export class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly stopProcess: () => Promise<void>,
    private readonly folder: string,
  ) {}

  /**
   * With few server connections for each database in transaction mode, so that clients do share them.
   * @param mode `transaction` or `session`
   */
  static async before(databaseUrl: string, mode: 'transaction' | 'session'): Promise<PgBouncer> {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-pgbouncer-'));
    const { hostname, port, username, password } = new URL(databaseUrl);
    const listenPort = await freePort();
    const file = join(folder, 'pgbouncer.ini');
    await writeFile(
      file,
      `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
; Roles that a test creates are looked up; their stored secret then also opens the server's connection.
auth_type = scram-sha-256
auth_file = ${join(folder, 'users')}
auth_user = ${username}
auth_query = SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1
pool_mode = ${mode}
default_pool_size = ${mode === 'transaction' ? 4 : 40}
max_client_conn = 500
; A test removes its database when it ends.
server_idle_timeout = 5
`,
    );
    await writeFile(join(folder, 'users'), `"${username}" "${password}"\n`);
    await chmod(folder, 0o755);
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn('pgbouncer', [...user, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const ended = once(child, 'close');
    await until('PgBouncer listens', async () => {
      if (child.exitCode !== null) throw new Error(`PgBouncer ended: ${said}`);
      return reaches(listenPort);
    });
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(listenPort);
    const stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    return new PgBouncer(url.href, stop, folder);
  }

  async stop(): Promise<void> {
    await this.stopProcess();
    await rm(this.folder, { recursive: true });
  }
}

const reaches = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
