import { randomBytes } from 'node:crypto';
import { withPostgres } from '../lab/postgres.mjs';
import { ratios } from '../lab/statistics.mjs';

/**
 * From the start of the process to the first 200: the API alone, with the bundled notification service, and on PostgreSQL
 * beside a plain Nest application with TypeORM and Swagger.
 */
export async function measure(lab) {
  const { alone, bundled, ours, nest } = await withPostgres(async (newDatabase) => {
    try {
      return await startedBy(lab, {
        alone: ['ours'],
        bundled: ['ours', { variables: { NOTIFICATION_SERVICE_URL: undefined } }],
        ours: ['ours', { variables: onPostgres(await newDatabase('bench_ours')) }],
        nest: ['nest-typeorm', { database: await newDatabase('bench_nest') }],
      });
    } finally {
      await lab.close();
    }
  });
  return [
    { name: 'start to first 200, the API alone', unit: 's', values: { ours: alone }, goal: { most: 1 } },
    {
      name: 'start to first 200, with the bundled service',
      unit: 's',
      values: { ours: bundled },
      compared: { what: 'to the API alone', unit: 'x the API alone', values: ratios(bundled, alone) },
      goal: { most: 1.2 },
    },
    {
      name: 'start to first 200, on PostgreSQL',
      unit: 's',
      values: { ours, nest },
      compared: { what: 'ours to nest', unit: 'x nest', values: ratios(ours, nest) },
      goal: { most: 1.3 },
    },
  ];
}

const onPostgres = (database) => ({
  DATABASE_URL: database,
  KEY_SECRET: randomBytes(32).toString('base64'),
});

/** @returns seconds, round by round, after a first start of each that makes the tables */
async function startedBy(lab, subjects) {
  const start = async (name) => {
    const [subject, options] = subjects[name];
    const program = await lab.serve(subject, options);
    await lab.stop(program);
    return program.readyAfter / 1_000;
  };
  for (const name of Object.keys(subjects)) await start(name);
  return lab.interleaved(Object.keys(subjects), start);
}
