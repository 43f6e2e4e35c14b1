/** A repository with SQL of its own was used in memory. */
class NoSqlError extends Error {
  override readonly name = 'NoSqlError';

  constructor() {
    super(
      'This repository runs SQL, which does not run in memory: test it on a database, or give a substitute for ' +
        'it to database.worker(Worker, { name: Substitute })',
    );
  }
}

export function noSql(): never {
  throw new NoSqlError();
}
