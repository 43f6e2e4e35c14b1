import { Logger } from '@nestjs/common';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Records, SqlScope } from '../../src/ddd/repository/index.js';
import { assertNoOpenUnit, callAfterCommit, UnitLimits } from '../../src/ddd/worker/index.js';
import type { SqlRepositoryClasses, SqlWorkerClass } from '../../src/ddd/worker/index.js';
import { columnsInMemory } from './columns-in-memory.js';
import { InMemoryRecords } from './in-memory-records.js';
import { InMemoryUnit } from './in-memory-unit.js';
import type { Tables } from './in-memory-unit.js';
import { workerInMemory } from './in-memory.worker.js';
import type { Substitutes } from './in-memory.worker.js';
import { noSql } from './no-sql.error.js';

/**
 * A database for tests of code that is built on repositories: no file, no server, created instantly. It takes the same
 * repositories and workers; units of work that write run one at a time. Test SQL on a real database.
 *
 *     const database = new InMemoryDatabase(); const shop = new ShopResource(database.worker(ShopWorker)); expect(await
 * new ProductRepository(database).count()).toBe(1);
 */
export class InMemoryDatabase implements SqlScope {
  readonly #logger = new Logger(InMemoryDatabase.name);
  #tables: Tables = new Map();
  #queue: Promise<unknown> = Promise.resolve();

  get manager(): EntityManager {
    return noSql();
  }

  /** A worker over this database. @param substitutes repositories in place of those with SQL of their own */
  worker<Classes extends SqlRepositoryClasses, Worker>(
    worker: SqlWorkerClass<Classes, Worker>,
    substitutes: Substitutes<Classes> = {},
  ): Worker {
    return workerInMemory(this, worker, substitutes);
  }

  records<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Records<Entity> {
    assertNoOpenUnit(this, 'A repository outside of it');
    return new InMemoryRecords(columnsInMemory(entity), {
      read: (work) => this.transact(true, (unit) => unit.access(entity).read(work)),
      write: (work) => this.transact(false, (unit) => unit.access(entity).write(work)),
    });
  }

  /** Runs work in a unit; one that writes waits for earlier ones. */
  async transact<Result>(
    readOnly: boolean,
    work: (unit: InMemoryUnit) => Promise<Result>,
    callbackLimitMs = new UnitLimits().timeoutMs,
  ): Promise<Result> {
    const attempt = () => this.#attempt(readOnly, work);
    const previous = readOnly ? attempt() : this.#queue.then(attempt);
    if (!readOnly) this.#queue = previous.catch(() => undefined);
    const { result, callbacks } = await previous;
    await callAfterCommit(callbacks, callbackLimitMs, this.#logger);
    return result;
  }

  async #attempt<Result>(readOnly: boolean, work: (unit: InMemoryUnit) => Promise<Result>) {
    const unit = new InMemoryUnit(this, this.#tables, readOnly);
    try {
      const result = await work(unit);
      const { tables, callbacks } = unit.commit();
      if (!readOnly) this.#tables = tables;
      return { result, callbacks };
    } finally {
      unit.end();
    }
  }
}
