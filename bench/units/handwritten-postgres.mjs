import pg from 'pg';

/** Connections, as many as DATABASE_POOL_SIZE is by default. */
const poolSize = 10;
const serializationFailure = new Set(['40001', '40P01']);

/** `pg` used directly, without our layers, as safe as ours: serializable, and retried when the database asks for it. */
export class HandwrittenPostgres {
  /** @type {pg.Pool} */
  pool;

  static async open(address) {
    const handwritten = new HandwrittenPostgres();
    handwritten.pool = new pg.Pool({ connectionString: address, max: poolSize });
    return handwritten;
  }

  write(work) {
    return this.#between('BEGIN ISOLATION LEVEL SERIALIZABLE', work);
  }

  read(work) {
    return this.#between('BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY', work);
  }

  async close() {
    await this.pool.end();
  }

  async #between(begin, work) {
    const client = await this.pool.connect();
    try {
      for (;;)
        try {
          await client.query(begin);
          const result = await work(unitOn(client));
          await client.query('COMMIT');
          return result;
        } catch (error) {
          await client.query('ROLLBACK');
          if (!serializationFailure.has(error.code)) throw error;
        }
    } finally {
      client.release();
    }
  }
}

const unitOn = (client) => ({
  run: async (sql, ...values) => (await client.query(sql, values)).rowCount,
  row: async (sql, ...values) => (await client.query(sql, values)).rows[0],
});
