import { compileProgram } from './compiled-program.js';
import { startPostgres } from './postgres-server.js';

export default async function globalSetup() {
  const program = await compileProgram();
  process.env.TEST_PROGRAM_FOLDER = program.folder;
  globalThis.removeProgram = program.remove;
  const server = await startPostgres();
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.stopPostgres = server.stop;
}
