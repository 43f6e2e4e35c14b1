import type { FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { CommitSignal } from '../ddd/outbox/index.js';
import { PostgresCommitSignal } from './postgres/postgres-commit-signal.js';
import { SqliteCommitSignal } from './sqlite/sqlite-commit-signal.js';

/** How processes that share a database learn of each other's commits. */
export function createCommitSignal(dataSource: DataSource, { address }: Settings['database']): CommitSignal {
  switch (address.kind) {
    case 'sqlite':
      return new SqliteCommitSignal(dataSource);
    case 'postgres':
      return new PostgresCommitSignal(dataSource, address.url);
  }
}

export const commitSignal: FactoryProvider<CommitSignal> = {
  provide: CommitSignal,
  inject: [DataSource, Settings],
  useFactory: (dataSource: DataSource, { database }: Settings) => createCommitSignal(dataSource, database),
};
