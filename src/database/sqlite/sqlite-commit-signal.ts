import type { DataSource } from 'typeorm';
import { CommitSignal } from '../../ddd/outbox/index.js';
import { SqliteDriver } from './sqlite.driver.js';

/** A poll took 0.1 ms. */
const pollIntervalMs = 50;

/** Detects the commits of other processes by the number that SQLite changes with each; they need not announce them. */
export class SqliteCommitSignal extends CommitSignal {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async announce(): Promise<void> {}

  listen(heard: () => void): () => Promise<void> {
    const driver = this.dataSource.driver as unknown as SqliteDriver;
    let seen: number | undefined;
    let polling: Promise<void> | undefined;
    const poll = async () => {
      const version = await driver.dataVersion().catch(() => seen);
      if (seen !== undefined && version !== seen) heard();
      seen = version;
      polling = undefined;
    };
    const timer = setInterval(() => {
      polling ??= poll();
    }, pollIntervalMs);
    return async () => {
      clearInterval(timer);
      await polling;
    };
  }
}
