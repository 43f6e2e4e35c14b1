import { Migration, MigrationExecutor } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { completeOutcome } from './complete-outcome.js';
import { findOutcome } from './migration-outcome.js';
import type { Trial } from './migration-trial.js';
import { isNonAltering } from './non-altering-migration.js';
import { ObservedStatements } from './observed-statements.js';
import { LostColumnsError, UnseenEffectsError } from './schema.errors.js';

/** What became of the migrations that had not run, by name. */
export interface Migrated {
  readonly ran: readonly string[];
  /** Only recorded, because all that they do was there. */
  readonly adopted: readonly string[];
  /** Recorded after what was missing of them had been added. */
  readonly completed: readonly string[];
}

/** Runs the pending migrations, but for what they do that is there already. */
export class SettlingExecutor extends MigrationExecutor {
  override transaction = 'each' as const;
  readonly settled = {
    ran: new Array<string>(),
    adopted: new Array<string>(),
    completed: new Array<string>(),
  };

  /**
   * @param trials of the pending migrations; one that is missing could not be tried, and is run. Without any the
   * database has no tables.
   */
  constructor(
    private readonly runner: QueryRunner,
    private readonly trials?: readonly Trial[],
  ) {
    super(runner.dataSource, runner);
  }

  /** Whether every table that is there would stay as it is. */
  async altersNoTable(): Promise<boolean> {
    for (const { name, instance } of await this.getPendingMigrations()) {
      if (isNonAltering(instance)) continue;
      const trial = this.trials?.find((each) => each.name === name);
      if (!this.trials || !trial) return false;
      const { isAbsent, onlyAdds } = await findOutcome(this.runner, this.trials, trial);
      if (!onlyAdds || (trial.hasUnseenEffects && !isAbsent)) return false;
    }
    return true;
  }

  /** Each settles in its place, so that TypeORM sees to the order, the transactions and the record. */
  protected override getMigrations(): Migration[] {
    return super.getMigrations().map(({ id, timestamp, name, instance }) => {
      if (!instance) return new Migration(id, timestamp, name);
      const { transaction } = instance;
      return new Migration(id, timestamp, name, {
        up: (runner) => this.#settle(runner, name, instance),
        down: (runner) => instance.down(runner),
        ...(transaction !== undefined && { transaction }),
        ...(isNonAltering(instance) && { altersNoTable: true }),
      });
    });
  }

  async #settle(runner: QueryRunner, name: string, migration: MigrationInterface): Promise<void> {
    const run = async (up = () => migration.up(runner)) => {
      await up();
      this.settled.ran.push(name);
    };
    if (!this.trials || isNonAltering(migration)) return run();
    const trial = this.trials.find((each) => each.name === name);
    if (!trial) return run(() => upWithoutLoss(runner, migration));
    const outcome = await findOutcome(runner, this.trials, trial);
    if (outcome.isAbsent) {
      await refuseLoss(runner, trial);
      await run();
    } else if (trial.hasUnseenEffects) {
      throw new UnseenEffectsError();
    } else if (outcome.isThere) {
      this.settled.adopted.push(name);
    } else {
      await completeOutcome(runner, trial, outcome.changes);
      this.settled.completed.push(name);
    }
  }
}

/** SQLite changes a table by copying it, which loses the columns that the migration does not know. */
async function refuseLoss(runner: QueryRunner, { before, rebuilt }: Trial): Promise<void> {
  for (const name of rebuilt) {
    const known = before.get(name);
    const found = await runner.getTable(name);
    const lost = found?.columns.filter((column) => known && !known.findColumnByName(column.name)) ?? [];
    if (lost.length) throw new LostColumnsError(lost.map((column) => `${name}.${column.name}`));
  }
}

/** As `refuseLoss`, for a migration that could not be tried: any column that its copies lose is refused. */
async function upWithoutLoss(runner: QueryRunner, migration: MigrationInterface): Promise<void> {
  if (runner.dataSource.options.type === 'postgres') {
    await migration.up(runner);
    return;
  }
  const statements = new ObservedStatements(runner);
  const before = new Map((await runner.getTables()).map((table) => [table.name, table]));
  await migration.up(statements.runner);
  const lost: string[] = [];
  for (const name of statements.rebuilt) {
    const after = await runner.getTable(name);
    for (const column of before.get(name)?.columns ?? [])
      if (!after?.findColumnByName(column.name)) lost.push(`${name}.${column.name}`);
  }
  if (lost.length) throw new LostColumnsError(lost);
}
