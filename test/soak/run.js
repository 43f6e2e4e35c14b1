/**
 * `npm run soak`: compiles the programs and the suite, starts PostgreSQL, and restarts everything at random under load.
 * Real: processes, PostgreSQL, HTTP, SMTP. Fake: the mail server, which accepts every mail.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileProgram } from '../support/compiled-program.js';
import { RestartablePostgres } from '../support/postgres-server.js';

const compiled = await compileProgram();
process.env.TEST_PROGRAM_FOLDER = compiled.folder;
const postgres = await RestartablePostgres.start({ durable: true });
try {
  const { soak } = await import(pathToFileURL(join(compiled.folder, 'test/soak/command.js')).href);
  process.exitCode = await soak(process.argv.slice(2), postgres);
} finally {
  await postgres.remove();
  await compiled.remove();
}
