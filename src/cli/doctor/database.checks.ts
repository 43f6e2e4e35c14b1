import type { DataSource } from 'typeorm';
import { readSchema } from '../../database/schema/schema-report.js';
import { goingBack, newerProgram } from '../../database/schema/schema.errors.js';
import type { Finding } from './finding.js';

/** The settings that make a commit survive a power cut, with their values, by database. */
const durable: Readonly<Record<'sqlite' | 'postgres', readonly (readonly [string, RegExp])[]>> = {
  sqlite: [
    ['PRAGMA journal_mode', /^wal$/],
    ['PRAGMA synchronous', /^[23]$/],
  ],
  postgres: [
    ['SHOW fsync', /^on$/],
    ['SHOW full_page_writes', /^on$/],
    ['SHOW synchronous_commit', /^(on|local|remote_write|remote_apply)$/],
  ],
};

const remedies = {
  sqlite: 'Keep the file on a local disk: network file systems have no write-ahead log',
  postgres: 'Set them to on in postgresql.conf, or for this role and database, and reload the server',
} as const;

/** Checks that an acknowledged commit survives a power cut. */
export async function checkDurability(dataSource: DataSource, kind: keyof typeof durable): Promise<Finding> {
  const read = await Promise.all(
    durable[kind].map(async ([statement, wanted]) => {
      const [row] = await dataSource.query<Record<string, string | number>[]>(statement);
      const [name = '', value = ''] = Object.entries(row ?? {})[0] ?? [];
      return { text: `${name} is ${value}`, isDurable: wanted.test(String(value)) };
    }),
  );
  const found = read.map(({ text }) => text).join(', ');
  if (read.every(({ isDurable }) => isDurable)) return { check: 'durability', status: 'ok', found };
  return {
    check: 'durability',
    status: 'failure',
    found: `${found}: a power cut can undo acknowledged commits`,
    remedy: remedies[kind],
  };
}

/** Checks that the database has the schema of this program. */
export async function checkSchema(dataSource: DataSource, mode: string): Promise<Finding> {
  const { pending, unknown, differences, isEmpty, altersNoTable } = await readSchema(dataSource);
  const problem = [
    ...pending.map((name) => `the migration ${name} has not run`),
    ...differences.map(({ text }) => text),
  ];
  if (unknown.length)
    return {
      check: 'schema',
      status: problem.length ? 'failure' : 'warning',
      found: [newerProgram(unknown), ...problem].join('; '),
      remedy: goingBack,
    };
  if (!problem.length)
    return { check: 'schema', status: 'ok', found: 'as this program needs it, no migration pending' };
  const bootstrapFixes = isEmpty || (altersNoTable && differences.every(({ create }) => create));
  const startFixes = mode === 'migrate' || (mode === 'create' && bootstrapFixes);
  return {
    check: 'schema',
    status: startFixes ? 'warning' : 'failure',
    found: isEmpty ? 'there are no tables yet' : problem.join('; '),
    remedy: startFixes
      ? `The next start does it (SCHEMA_MODE=${mode}), or now: npm run migrate`
      : 'npm run migrate',
  };
}
