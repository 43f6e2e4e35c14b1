import type { DataSource, QueryRunner } from 'typeorm';
import { isLostConnection, translateDriverError } from '../repository/index.js';
import { lossOrError } from './interruptible-query-runner.js';
import type { InterruptibleQueryRunner } from './interruptible-query-runner.js';
import { assertOutsideUnit } from './open-unit.js';

/**
 * Makes every query of a data source raise the errors of the repository family, refuses queries that would leave the
 * open unit of work they stand in, and throws away connections that are lost.
 */
export function guardDataSource<Guarded extends DataSource>(dataSource: Guarded): Guarded {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    assertOutsideUnit(dataSource, 'A query of its own');
    const runner: InterruptibleQueryRunner = createQueryRunner(mode);
    const query = runner.query.bind(runner);
    const discard = runner.releasePostgresConnection?.bind(runner);
    // Also called by TypeORM itself when the server ends a connection that waits for no answer.
    if (discard)
      runner.releasePostgresConnection = (error) => {
        if (error) runner.loss ??= error;
        return discard(error);
      };
    runner.query = async (...statement: Parameters<QueryRunner['query']>) => {
      try {
        return (await query(...statement)) as never;
      } catch (error) {
        // Back in the pool it would make the next caller wait for an answer that never comes.
        if (isLostConnection(error, mode)) await runner.releasePostgresConnection?.(error);
        throw translateDriverError(lossOrError(error, runner), dataSource, mode);
      }
    };
    return runner;
  };
  return dataSource;
}
