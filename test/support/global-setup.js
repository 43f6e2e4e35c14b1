import { startPostgres } from './postgres-server.js';

export default async function globalSetup() {
  const server = await startPostgres();
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.stopPostgres = server.stop;
}
