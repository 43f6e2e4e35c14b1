import { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';

const signals = new WeakMap<DataSource, EventEmitter<{ recorded: [] }>>();

/** Tells the couriers of this process that a message has been committed to a data source. */
export function wakeSignal(dataSource: DataSource): EventEmitter<{ recorded: [] }> {
  const signal = signals.get(dataSource) ?? new EventEmitter<{ recorded: [] }>();
  signals.set(dataSource, signal);
  return signal;
}
