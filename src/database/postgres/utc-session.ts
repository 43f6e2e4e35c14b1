import pg from 'pg';
import type { CustomTypesConfig, PoolClient } from 'pg';

/** https://github.com/brianc/node-pg-types: the type of a column without a time zone. */
const timestampWithoutZone: number = pg.types.builtins.TIMESTAMP;
const defaultParser = pg.types.getTypeParser as (type: number, format?: string) => (text: string) => unknown;

/**
 * What a pool of `pg` needs so that a column without a time zone holds UTC, whatever the zones of the process and of the
 * server: the server dates by the zone of the session, and the driver reads in that of the process.
 */
export const utcSession = {
  types: {
    getTypeParser: ((type: number, format?: string) =>
      type === timestampWithoutZone && format !== 'binary'
        ? readUtc
        : defaultParser(type, format)) as CustomTypesConfig['getTypeParser'],
  },
  // PgBouncer keeps this setting with its client. (https://www.pgbouncer.org/config.html#track_extra_parameters)
  onConnect: async (client: PoolClient) => void (await client.query(`SET TIME ZONE 'UTC'`)),
};

/** `2024-03-10 02:30:00.123456`; years without four digits are left to the driver. */
function readUtc(text: string): unknown {
  if (!/^\d{4}-\d\d-\d\d [\d:.]+$/.test(text)) return defaultParser(timestampWithoutZone)(text);
  return new Date(`${text.slice(0, 23).replace(' ', 'T')}Z`);
}
