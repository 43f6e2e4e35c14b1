import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { TraceSpan } from '../diagnostics/index.js';
import { traceChannels } from '../diagnostics/index.js';
import { isSerializationFailure } from '../repository/index.js';
import type { SqlScope } from '../repository/index.js';
import { dayMs } from '../timing/index.js';
import { maxReruns, rerunDelayMs } from './attempt.js';
import type { Attempt } from './attempt.js';
import { assertNoOpenUnit, CombinedUnit, combinedUnitOn } from './combined-unit.js';
import { assertOutsideUnit } from './open-unit.js';
import type { OpenUnit } from './open-unit.js';
import { retrySerially } from './retry-serially.js';
import { InboxRecordRepository } from './inbox-record.repository.js';
import { buildRepositories, buildRepository } from './repository-classes.js';
import type { Extended, Methods, Outside, Repositories, RepositoryClasses } from './repository-classes.js';
import { UnitLimits, withinLimits } from './unit-limits.js';
import { UnitOfWork } from './unit-of-work.js';
import type { UnitOptions } from './unit-options.js';
import { ForeignUnitError } from './worker.errors.js';

export type SqlRepositoryClasses = RepositoryClasses<SqlScope>;

/** What runs inside a unit of work. It may be retried after a serialization failure: no HTTP, no mail, no hashing. */
export type UnitWork<Classes extends SqlRepositoryClasses, Result> = (
  repositories: Repositories<Classes>,
  unit: OpenUnit,
) => Promise<Result>;

export interface RunOptions extends UnitOptions {
  /** How long the unit may stay open, overriding the configured limit. */
  readonly timeoutMs?: number;
}

export interface IdempotentOptions extends Omit<RunOptions, 'readOnly'> {
  /** How long the key is recorded: longer than a repeat may come. 14 days by default, twice what the outbox keeps. */
  readonly retentionMs?: number;
}

const inboxRetentionMs = 14 * dayMs;

/** A class of workers over these repositories. */
export type SqlWorkerClass<Classes extends SqlRepositoryClasses, Worker = SqlWorker<Classes>> = (new (
  dataSource: DataSource,
  limits?: UnitLimits,
) => Worker) & {
  readonly repositories: Classes;
  readonly with: typeof SqlWorker.with;
};

/**
 * Runs units of work over a set of SQL repositories, which exist only inside: returning commits, throwing rolls back.
 *
 *     class RegisterWorker extends SqlWorker.with({ user: UserRepository }) {}
 *     await registerWorker.run(({ user }) => user.create(details));
 */
@Injectable()
export class SqlWorker<Classes extends SqlRepositoryClasses = Record<never, never>> {
  static readonly repositories: Record<never, never> = {};

  readonly #logger = new Logger(this.constructor.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Optional() @Inject(UnitLimits) private readonly limits = new UnitLimits(),
  ) {}

  /** A worker class with these repositories in addition to those of the class it is called on, and with its methods. */
  static with<Own extends SqlRepositoryClasses, Parent, const More extends SqlRepositoryClasses>(
    this: { readonly repositories: Own; readonly prototype: Parent },
    more: More,
  ): SqlWorkerClass<Extended<Own, More>, SqlWorker<Extended<Own, More>> & Methods<Parent>> {
    const Base = this as unknown as SqlWorkerClass<Own>;
    return class extends Base {
      static override readonly repositories = { ...Base.repositories, ...more };
    } as never;
  }

  /**
   * Runs work in its own transaction and returns its result.
   * @throws NestedUnitError inside another unit of the same data source: join that one
   * @throws UnitTimeoutError when the work is not done within the limit
   */
  run<Result>(
    work: UnitWork<Classes, Result>,
    options?: RunOptions,
  ): Promise<Outside<Classes, OpenUnit, Result>>;
  async run<Result>(work: UnitWork<Classes, Result>, options: RunOptions = {}): Promise<Result> {
    assertOutsideUnit(this.dataSource, `${this.constructor.name}.run()`);
    const combined = combinedUnitOn(this.dataSource);
    if (combined && (combined.isOpen || !options.readOnly))
      return combined.run({
        isolation: options.isolation ?? (options.readOnly ? undefined : 'SERIALIZABLE'),
        open: (hold) => this.attempt((_, unit) => hold(unit), options),
        join: (unit) => this.join(unit, work),
      });
    const first = await this.attempt(work, options);
    if ('result' in first) return first.result;
    if (!first.again) throw first.error;
    const retry = () => withReruns(() => this.attempt(work, options));
    // Combined work may itself be a retry in that queue: waiting for it would never end.
    return combined ? retry() : retrySerially(this.dataSource, retry);
  }

  /**
   * Runs work in its own transaction, once for a key: the key is recorded in the same transaction, so the effect in the
   * database is there exactly once, however often a message or a request comes and whenever a process dies. Keys are
   * shared by all workers of a database: one prefix for each kind of effect.
   * @param key at most 200 characters
   * @returns undefined when the key is recorded already
   */
  async idempotently<Result>(
    key: string,
    work: UnitWork<Classes, Result>,
    { retentionMs = inboxRetentionMs, ...options }: IdempotentOptions = {},
  ): Promise<Outside<Classes, OpenUnit, Result> | undefined> {
    const outcome = await this.run<Result | undefined>(async (repositories, unit) => {
      const inbox = buildRepository(InboxRecordRepository, unit);
      return (await inbox.record(key, Date.now() + retentionMs)) ? work(repositories, unit) : undefined;
    }, options);
    return outcome as Outside<Classes, OpenUnit, Result> | undefined;
  }

  /**
   * Takes part in an open unit with this worker's repositories: in the same transaction, which its owner commits or
   * rolls back.
   * @throws UnitClosedError after the end of the unit
   * @throws ForeignUnitError when the unit belongs to another data source
   */
  async join<Result>(unit: OpenUnit, work: UnitWork<Classes, Result>): Promise<Result> {
    if (unit.dataSource !== this.dataSource) throw new ForeignUnitError();
    return work(this.#repositoriesIn(unit), unit);
  }

  /**
   * Makes the units of work that `work` runs, by any worker of this data source, one: it commits when `work` has
   * returned, so everything they wrote is kept, or nothing. Like a unit it may be repeated, from its beginning.
   * The first unit's options hold for all.
   * @param work is given whether a unit has begun, and whether it is open
   * @throws WeakIsolationError when a later unit needs a stronger isolation than the first
   */
  async runCombined<Result>(
    work: (combined: Pick<CombinedUnit, 'hasBegun' | 'isOpen'>) => Promise<Result>,
  ): Promise<Result> {
    assertNoOpenUnit(this.dataSource, `${this.constructor.name}.runCombined()`);
    const attempt = () => CombinedUnit.attempt(this.dataSource, work);
    const first = await attempt();
    if ('result' in first) return first.result;
    if (!first.again) throw first.error;
    return retrySerially(this.dataSource, () => withReruns(attempt));
  }

  /** Runs work in its own transaction, once. */
  protected attempt<Result>(work: UnitWork<Classes, Result>, options: RunOptions): Promise<Attempt<Result>> {
    return traceChannels.unit.run(this.constructor.name, async (step) => {
      const attempt = await this.#tryOnce(work, options);
      if (step) reportOutcome(step, attempt);
      return attempt;
    });
  }

  async #tryOnce<Result>(
    work: UnitWork<Classes, Result>,
    { timeoutMs = this.limits.timeoutMs, ...options }: RunOptions,
  ): Promise<Attempt<Result>> {
    const unit = await UnitOfWork.begin(this.dataSource, options);
    try {
      const result = await withinLimits(
        { timeoutMs, slowMs: this.limits.slowMs },
        () => unit.inside(() => work(this.#repositoriesIn(unit), unit)),
        () => this.#logger.warn(`A unit of work is still open after ${this.limits.slowMs} ms`),
      );
      await unit.commit(timeoutMs);
      return { result };
    } catch (error) {
      await unit.rollBack();
      return { error: unit.reasonFor(error), again: isSerializationFailure(unit.failure ?? error) };
    }
  }

  #repositoriesIn(unit: OpenUnit): Repositories<Classes> {
    const { repositories } = this.constructor as SqlWorkerClass<Classes>;
    return buildRepositories<SqlScope, Classes>(repositories, unit);
  }
}

async function withReruns<Result>(attempt: () => Promise<Attempt<Result>>): Promise<Result> {
  for (let rerun = 1; ; rerun++) {
    const outcome = await attempt();
    if ('result' in outcome) return outcome.result;
    if (!outcome.again || rerun === maxReruns) throw outcome.error;
    await sleep(rerunDelayMs(rerun));
  }
}

function reportOutcome(step: TraceSpan, attempt: Attempt<unknown>): void {
  if ('result' in attempt) step.outcome = 'committed';
  else {
    step.outcome = attempt.again ? 'rerun' : 'rolled-back';
    step.error = attempt.error;
  }
}
