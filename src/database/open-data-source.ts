import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { isLoginRefused, translateDriverError, UnavailableError } from '../ddd/repository/index.js';
import { DatabaseStartError, DatabaseUnreachableError } from './database-start.error.js';
import { refuseUnfitServer } from './postgres/unfit-server.js';

const retryDelayMs = 1_000;
const logger = new Logger('Database');

/**
 * Connects, and waits for a server that is not up yet. A wrong name or password fails at once.
 * @throws DatabaseStartError
 */
export async function openDataSource(dataSource: DataSource, maxWaitMs = 0): Promise<DataSource> {
  const end = performance.now() + maxWaitMs;
  for (let tries = 1; ; tries++) {
    try {
      return await refuseUnfit(await dataSource.initialize());
    } catch (error) {
      if (error instanceof DatabaseStartError) throw error;
      const isAway =
        translateDriverError(error, dataSource) instanceof UnavailableError && !isLoginRefused(error);
      if (!isAway || performance.now() + retryDelayMs > end) throw new DatabaseUnreachableError(error);
      if (tries === 1)
        logger.warn(`The database does not respond yet: waiting for it up to ${maxWaitMs / 1_000} s`);
      await sleep(retryDelayMs);
    }
  }
}

async function refuseUnfit(dataSource: DataSource): Promise<DataSource> {
  try {
    if (dataSource.options.type === 'postgres') await refuseUnfitServer(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
