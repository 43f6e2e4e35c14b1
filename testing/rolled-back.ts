import type { DataSource } from 'typeorm';
import { UnitDataSource } from '../src/ddd/worker/index.js';
import { SharedTransaction } from './shared-transaction.js';

/** Data sources on which a test runs. */
const taken = new WeakSet<DataSource>();

/**
 * Runs a test in one transaction that is always rolled back, so that tests share a database without seeing each other.
 * Units of work on the data source become savepoints in it and run one at a time; everything else is unchanged, and
 * `afterCommit` still follows the end of a unit. A test that needs two connections, such as a race, needs its own database.
 *
 *     it('…', () => rolledBack(dataSource, async () => { await worker.run(…); … }));
 */
export async function rolledBack<Result>(
  dataSource: DataSource,
  test: () => Promise<Result>,
): Promise<Result> {
  if (taken.has(dataSource))
    throw new Error(
      'rolledBack runs one test at a time on a data source: await the other one, or connect() another data source',
    );
  taken.add(dataSource);
  try {
    return await inTransaction(dataSource, test);
  } finally {
    taken.delete(dataSource);
  }
}

async function inTransaction<Result>(dataSource: DataSource, test: () => Promise<Result>): Promise<Result> {
  if (!(dataSource instanceof UnitDataSource))
    throw new TypeError('rolledBack needs a data source that dataSourceOf() has created');
  const transaction = await SharedTransaction.begin(dataSource);
  try {
    return await dataSource.withQueryRunnersOf((mode) => transaction.createQueryRunner(mode), test);
  } finally {
    await transaction.rollBack();
  }
}
