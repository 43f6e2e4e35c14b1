import type { DataSource } from 'typeorm';

const lanes = new WeakMap<DataSource, Promise<unknown>>();

/**
 * Runs again, one after another, the units of this process that met a serialization failure: side by side they would
 * only fail each other again, and use up their reruns on a hot row.
 */
export function rerunInLane<Result>(dataSource: DataSource, rerun: () => Promise<Result>): Promise<Result> {
  const turn = (lanes.get(dataSource) ?? Promise.resolve()).then(rerun);
  lanes.set(
    dataSource,
    turn.catch(() => undefined),
  );
  return turn;
}
