import type { ReplicationMode } from 'typeorm';
import { isLostConnection, translateDriverError } from '../repository/index.js';
import { lossOrError } from './unit-query-runner.js';
import type { StatementGate, UnitQueryRunner } from './unit-query-runner.js';

/**
 * Runs every statement of our query runners: through the gate of the unit of work that holds the connection, and with
 * driver errors translated to repository errors.
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
      // Back in the pool, the connection would make the next caller wait for a response that never comes.
      if (isLostConnection(error, this.mode)) await this.runner.discard?.(error);
      throw translateDriverError(lossOrError(error, this.runner), this.runner.dataSource, this.mode);
    }
  }
}
