import { withPostgres } from '../lab/postgres.mjs';
import { compareUnits } from '../lab/units.mjs';

/** Units of work on PostgreSQL against bare `pg`. */
export async function measure(lab) {
  return withPostgres(async (newDatabase) => {
    try {
      return await compareUnits(lab, 'PostgreSQL', {
        ours: await newDatabase('bench_ours'),
        handwritten: await newDatabase('bench_handwritten'),
      });
    } finally {
      await lab.close();
    }
  });
}
