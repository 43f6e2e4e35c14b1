import type { ReplicationMode } from 'typeorm';
import { isLostConnection, translateDriverError } from '../repository/index.js';
import { lossOrError } from './unit-query-runner.js';
import type { StatementGate, UnitQueryRunner } from './unit-query-runner.js';

/**
 * The way of every statement through a query runner of ours: past the gate of the unit of work that holds it, to errors of
 * the repository family.
 */
export class StatementGuard {
  #gate: StatementGate | undefined;

  constructor(
    private readonly runner: Pick<UnitQueryRunner, 'dataSource' | 'discard' | 'loss'>,
    private readonly mode: ReplicationMode,
  ) {}

  passThrough(gate: StatementGate | undefined): void {
    this.#gate = gate;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM declares the result of a statement so
  run(sql: string, execute: () => Promise<unknown>): Promise<any> {
    const run = () => this.#translated(execute);
    return this.#gate ? this.#gate(sql, run) : run();
  }

  async #translated(execute: () => Promise<unknown>): Promise<unknown> {
    try {
      return await execute();
    } catch (error) {
      // Back in the pool it would make the next caller wait for an answer that never comes.
      if (isLostConnection(error, this.mode)) await this.runner.discard?.(error);
      throw translateDriverError(lossOrError(error, this.runner), this.runner.dataSource, this.mode);
    }
  }
}
