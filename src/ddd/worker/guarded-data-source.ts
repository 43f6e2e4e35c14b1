import type { DataSource, QueryRunner } from 'typeorm';
import { isLostConnection, translateDriverError } from '../repository/index.js';
import { lossOrError } from './interruptible-query-runner.js';
import type { InterruptibleQueryRunner } from './interruptible-query-runner.js';
import { assertOutsideUnit } from './open-unit.js';

/**
 * Makes every query of a data source raise repository errors, refuses queries outside the open unit of work that they
 * run in, and closes lost connections.
 */
export function guardDataSource<Guarded extends DataSource>(dataSource: Guarded): Guarded {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    assertOutsideUnit(dataSource, 'A query of its own');
    const runner: InterruptibleQueryRunner = createQueryRunner(mode);
    const query = runner.query.bind(runner);
    const discard = runner.releasePostgresConnection?.bind(runner);
    // TypeORM itself calls this too, when the server ends an idle connection.
    if (discard)
      runner.releasePostgresConnection = (error) => {
        if (error) runner.loss ??= error;
        return discard(error);
      };
    runner.query = async (...statement: Parameters<QueryRunner['query']>) => {
      try {
        return (await query(...statement)) as never;
      } catch (error) {
        // In the pool it would make the next caller wait for a response that never arrives.
        if (isLostConnection(error, mode)) await runner.releasePostgresConnection?.(error);
        throw translateDriverError(lossOrError(error, runner), dataSource, mode);
      }
    };
    return runner;
  };
  return dataSource;
}
