import pg from 'pg';
import { startPostgres } from '../support/postgres-server.js';

/** Stands for the PostgreSQL image: a real server with the role and the database that the image would make. */
export async function startDatabase({ POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD }) {
  const server = await startPostgres();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const [user, database] = [POSTGRES_USER, POSTGRES_DB].map((name) => client.escapeIdentifier(name));
  await client.query(`CREATE ROLE ${user} LOGIN PASSWORD ${client.escapeLiteral(POSTGRES_PASSWORD)}`);
  await client.query(`CREATE DATABASE ${database} OWNER ${user}`);
  await client.end();
  const { hostname, port } = new URL(server.url);
  return { address: `${hostname}:${port}`, stop: server.stop };
}
