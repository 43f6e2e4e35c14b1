import { readFileSync } from 'node:fs';
import pg from 'pg';
import { startPostgres } from '../../test/support/postgres-server.js';

/** Linux counts the processor time of a process in these. */
const clockTickMs = 10;

/** Runs the measurement with a PostgreSQL of its own. @param measure gets a function that makes an empty database */
export async function withPostgres(measure) {
  const server = await startPostgres();
  try {
    return await measure((name) => newDatabase(server.url, name));
  } finally {
    await server.stop();
  }
}

/** @returns its address */
async function newDatabase(server, name) {
  await withClient(server, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}`);
  });
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}

/** Milliseconds of processor time that the server has spent on the open connections to a database; 0 off Linux. */
export async function databaseCpu(address) {
  if (process.platform !== 'linux') return 0;
  const { rows } = await withClient(address, (client) =>
    client.query(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    ),
  );
  return rows.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
}

function cpuOf(pid) {
  const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.join(' ').split(' ').slice(11, 13).map(Number);
  return (user + system) * clockTickMs;
}

async function withClient(address, work) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
