import type { DataSource } from 'typeorm';

const queues = new WeakMap<DataSource, Promise<unknown>>();

/**
 * Retries, one after another, the units of this process that met a serialization failure: concurrently they would only
 * fail each other again, and use up their retries on a hot row.
 */
export function retrySerially<Result>(dataSource: DataSource, retry: () => Promise<Result>): Promise<Result> {
  const turn = (queues.get(dataSource) ?? Promise.resolve()).then(retry);
  queues.set(
    dataSource,
    turn.catch(() => undefined),
  );
  return turn;
}
