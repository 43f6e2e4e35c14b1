import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { isLoginRefused, translateDriverError, UnavailableError } from '../ddd/repository/index.js';
import { DatabaseStartError, DatabaseUnreachableError } from './database-start.error.js';
import { refuseUnfitServer } from './postgres/unfit-server.js';

/** Milliseconds. */
const pause = 1_000;
const logger = new Logger('Database');

/**
 * Connects. A server that is not there yet is waited for, as long as told in milliseconds; a wrong name or password is
 * not.
 * @throws DatabaseStartError
 */
export async function openDataSource(dataSource: DataSource, wait = 0): Promise<DataSource> {
  const end = Date.now() + wait;
  for (let tries = 1; ; tries++) {
    try {
      return await refuseUnfit(await dataSource.initialize());
    } catch (error) {
      if (error instanceof DatabaseStartError) throw error;
      const isAway =
        translateDriverError(error, dataSource) instanceof UnavailableError && !isLoginRefused(error);
      if (!isAway || Date.now() + pause > end) throw new DatabaseUnreachableError(error);
      if (tries === 1)
        logger.warn(`The database does not answer yet: waiting for it up to ${wait / 1_000} s`);
      await sleep(pause);
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
