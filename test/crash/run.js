/**
 * `npm run test:crash`: compiles the program and the suite, starts PostgreSQL if it is needed, and lets processes die.
 * Real: processes, databases, HTTP. Fake: the notification service, which fails by plan.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileProgram } from '../support/compiled-program.js';
import { startPostgres } from '../support/postgres-server.js';

const compiled = await compileProgram();
const postgres = await startPostgres();
process.env.TEST_POSTGRES_URL = postgres.url;
try {
  const { crash } = await import(pathToFileURL(join(compiled.folder, 'test/crash/command.js')).href);
  process.exitCode = await crash(process.argv.slice(2));
} finally {
  await postgres.stop();
  await compiled.remove();
}
