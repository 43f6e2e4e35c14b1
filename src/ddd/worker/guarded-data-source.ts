import type { DataSource, QueryRunner } from 'typeorm';
import { watchConnections } from '../diagnostics/watched-connections.js';
import { translateDriverError } from '../repository/driver-error.js';
import { refuseInsideUnit } from './open-unit.js';

/**
 * Makes every query of a data source raise the errors of the repository family, and refuses queries that would leave
 * the open unit of work they stand in.
 */
export function guardDataSource<Guarded extends DataSource>(dataSource: Guarded): Guarded {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    refuseInsideUnit(dataSource, 'A query of its own');
    const runner = createQueryRunner(mode);
    const query = runner.query.bind(runner);
    runner.query = async (...statement: Parameters<QueryRunner['query']>) => {
      try {
        return (await query(...statement)) as never;
      } catch (error) {
        throw translateDriverError(error, dataSource);
      }
    };
    return runner;
  };
  watchConnections(dataSource);
  return dataSource;
}
