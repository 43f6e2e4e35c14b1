import pg from 'pg';
import { startPostgres } from '../../test/support/postgres-server.js';
import { compareUnits } from '../lab/units.mjs';

/** Units of work on PostgreSQL against bare `pg`. */
export async function measure(lab) {
  const server = await startPostgres();
  try {
    return await compareUnits(lab, 'PostgreSQL', {
      ours: await newDatabase(server.url, 'bench_ours'),
      handwritten: await newDatabase(server.url, 'bench_handwritten'),
    });
  } finally {
    await lab.close();
    await server.stop();
  }
}

async function newDatabase(server, name) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${name}`);
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}
