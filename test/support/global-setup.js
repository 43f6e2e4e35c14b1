import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileProgram } from './compiled-program.js';
import { startPostgres } from './postgres-server.js';

export default async function globalSetup() {
  const program = await compileProgram();
  process.env.TEST_PROGRAM_FOLDER = program.folder;
  globalThis.removeProgram = program.remove;
  const server = await startPostgres();
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.stopPostgres = server.stop;
  const mode = process.env.TEST_POOLER;
  if (!mode) return;
  const { PgBouncer } = await import(pathToFileURL(join(program.folder, 'test/support/pgbouncer.js')).href);
  const pooler = await PgBouncer.before(server.url, mode);
  process.env.TEST_POSTGRES_URL = pooler.url;
  globalThis.stopPooler = () => pooler.stop();
}
