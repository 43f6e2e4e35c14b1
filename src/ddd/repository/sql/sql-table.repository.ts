import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { RecordRepository } from '../record.repository.js';
import type { Records } from '../records.js';
import type { SqlScope } from './sql-scope.js';
import { SqlRecords } from './sql-records.js';

/**
 * A table with the repository vocabulary. Listeners of the entity are not called: rules belong in here.
 *
 *     class UserRepository extends SqlTableRepository<User> { protected readonly entity = User; }
 */
export abstract class SqlTableRepository<Entity extends ObjectLiteral> extends RecordRepository<Entity> {
  protected abstract readonly entity: EntityTarget<Entity>;

  constructor(protected readonly scope: SqlScope) {
    super();
  }

  /**
   * Workers and components check each repository that they build, which takes about 40 ns once the entity is known. The
   * constructor cannot check, because the class field `entity` is set after it. After a plain `new`, the first verb
   * does.
   * @throws TypeError when a repository does not support its entity
   */
  static assertSupported(repository: object): void {
    if (repository instanceof SqlTableRepository) void repository.records;
  }

  protected override get records(): Records<Entity> {
    return this.scope.records?.(this.entity) ?? new SqlRecords(this.scope.manager, this.entity);
  }
}
