import { startPostgres } from '../../test/support/postgres-server.js';
import { newDatabase } from '../lab/new-database.mjs';
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
