import { parseDatabaseAddress } from '../database-address.js';
import { minuteMs, secondMs } from '../duration.js';
import { setting } from '../setting.js';
import { anyText, oneOf, integer } from '../validators.js';

export const databaseSettings = {
  database: {
    address: setting('DATABASE_URL', parseDatabaseAddress, {
      default: 'sqlite:data/accounts.db',
      meaning:
        'Database of accounts and messages: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE, where HOST:PORT,HOST:PORT names a primary and its standbys',
      isSecret: true,
      isCommon: true,
    }),
    password: setting('DATABASE_PASSWORD', anyText, {
      example: 'a-long-random-secret',
      meaning: 'Password of the PostgreSQL user if DATABASE_URL has none; any character, not percent-encoded',
      isSecret: true,
    }),
    poolSize: setting('DATABASE_POOL_SIZE', integer(1, 100), {
      default: 10,
      meaning: 'Maximum number of connections to PostgreSQL',
    }),
    connectTimeoutMs: setting('DATABASE_CONNECT_TIMEOUT_MS', integer(100, minuteMs), {
      default: 5 * secondMs,
      meaning:
        'How long to wait for a PostgreSQL connection, new or from the pool, before the response is 503',
    }),
    statementTimeoutMs: setting('DATABASE_STATEMENT_TIMEOUT_MS', integer(100, 10 * minuteMs), {
      default: 15 * secondMs,
      meaning: 'Maximum duration of one statement on PostgreSQL; migrations have no such limit',
    }),
    schemaMode: setting('SCHEMA_MODE', oneOf('create', 'migrate', 'check'), {
      example: 'check',
      meaning:
        'What a start does about the schema: create what is missing (default on SQLite), migrate (default on PostgreSQL) or only check',
      isCommon: true,
    }),
  },
  unit: {
    timeoutMs: setting('UNIT_TIMEOUT_MS', integer(100, 10 * minuteMs), {
      default: 5 * secondMs,
      meaning: 'Maximum duration of a unit of work before it is rolled back',
    }),
  },
};
