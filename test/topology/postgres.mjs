import pg from 'pg';
import { startPostgres } from '../support/postgres-server.js';

/** A real server with the role and the database that a client's settings ask for. */
export async function startDatabase({ DATABASE_URL, DATABASE_PASSWORD }) {
  const { username, pathname } = new URL(DATABASE_URL);
  const server = await startPostgres();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const [user, database] = [username, pathname.slice(1)].map((name) => client.escapeIdentifier(name));
  await client.query(`CREATE ROLE ${user} LOGIN PASSWORD ${client.escapeLiteral(DATABASE_PASSWORD)}`);
  await client.query(`CREATE DATABASE ${database} OWNER ${user}`);
  await client.end();
  const { hostname, port } = new URL(server.url);
  return { address: `${hostname}:${port}`, stop: server.stop };
}
