import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PARAMTYPES_METADATA } from '@nestjs/common/constants.js';
import type {
  Filter,
  Order,
  Page,
  PageOptions,
  Repository,
  Slice,
  SliceOptions,
} from '../repository/index.js';
import { AlreadyExistsError, InvalidValueError, NotFoundError } from '../repository/index.js';
import { amongIds, byId, emptied, idsThere } from './by-id.js';
import type { Caller } from './caller.js';
import type { Acting, Identified, Precondition, Within } from './collection.types.js';
import { OwnedRecords } from './owned-records.js';
import type { CollectionRepository } from './owned-records.js';
import { TrackedRecords } from './tracked-records.js';
import type { Change } from './tracked-records.js';
import type {
  OpenUnit,
  Repositories,
  SqlRepositoryClasses,
  SqlWorker,
  SqlWorkerClass,
} from '../worker/index.js';

type EntityOf<Class extends SqlRepositoryClasses[string]> =
  InstanceType<Class> extends Repository<infer Entity extends Identified> ? Entity : never;

/** Records deleted per statement while a collection is replaced. */
const dropBatchSize = 500;

/**
 * The nine verbs of a collection, each in its own unit of work. It knows no HTTP; override a verb to give it rules.
 *
 *     @Injectable() export class ProductResource extends CollectionResource.of(CatalogWorker, 'product') {}
 */
@Injectable()
export class CollectionResource<Entity extends Identified, InUnit = object> {
  readonly #acting = new AsyncLocalStorage<Acting<Entity>>();

  constructor(private readonly units: Within<Entity, InUnit>) {}

  /**
   * Runs work for a caller. All verbs that it calls, also from a verb that a subclass overrides, are limited to the
   * caller's records: the owner is part of every statement.
   */
  actingFor<Result>(acting: Acting<Entity>, work: () => Promise<Result>): Promise<Result> {
    return this.#acting.run(acting, work);
  }

  /** Who sends the request; undefined on public routes and outside of a request. */
  protected get caller(): Caller | undefined {
    return this.#acting.getStore()?.caller;
  }

  /**
   * A rule that every verb keeps: called for each record that a verb has written, before the commit; throws to roll the
   * verb back. It sees what the verb has written, in the repositories of its unit, so it may look at more than one row; a worker of
   * another module joins the unit.
   *
   *     protected override async check({ after }: Change<Note>, { note }: { note: NoteRepository }) {
   *       if (after?.pinned && (await note.count({ ownerId: after.ownerId, pinned: true })) > 3) throw new TooManyPinnedError();
   *     }
   */
  protected check?(change: Change<Entity>, repositories: InUnit, unit: OpenUnit): void | Promise<void>;

  /** A class of resources over the repository that a worker has under this name. */
  static of<Classes extends SqlRepositoryClasses, Name extends keyof Classes & string>(
    worker: SqlWorkerClass<Classes>,
    name: Name,
  ): new (worker: SqlWorker<Classes>) => CollectionResource<EntityOf<Classes[Name]>, Repositories<Classes>> {
    @Injectable()
    class WorkerResource extends CollectionResource<EntityOf<Classes[Name]>, Repositories<Classes>> {
      constructor(units: SqlWorker<Classes>) {
        if (typeof (units as Partial<typeof units> | undefined)?.run !== 'function')
          throw new TypeError(
            `${new.target.name} passes no ${worker.name} to super(): take one in its constructor, in any place, and ` +
              'decorate the class with @Injectable()',
          );
        super(
          (work, options) =>
            units.run(
              (repositories, unit) => work(repositories[name] as never, repositories, unit),
              options,
            ) as Promise<never>,
        );
      }
    }
    // Not by @Inject(), which a subclass with a constructor of its own would inherit for its first parameter.
    Reflect.defineMetadata(PARAMTYPES_METADATA, [worker], WorkerResource);
    return WorkerResource;
  }

  /** @throws AlreadyExistsError, IntegrityError */
  create(record: Partial<Entity>): Promise<Entity> {
    return this.#within((repository) => repository.create(this.#new(record)));
  }

  /** All or none. @throws AlreadyExistsError, IntegrityError */
  createMany(records: readonly Partial<Entity>[]): Promise<Entity[]> {
    return this.#within((repository) => repository.create(records.map((record) => this.#new(record))));
  }

  /** @throws NotFoundError */
  retrieve(id: Entity['id']): Promise<Entity> {
    return this.#within((repository) => repository.retrieve(byId(id)), { readOnly: true });
  }

  /**
   * Replaces a whole record: fields that are left out are emptied. @throws NotFoundError, AlreadyExistsError,
   * IntegrityError
   */
  update(
    id: Entity['id'],
    record: Partial<Entity>,
    precondition?: Precondition<Entity, InUnit>,
  ): Promise<Entity> {
    return this.partialUpdate(id, emptied(record), precondition);
  }

  /** @throws NotFoundError, AlreadyExistsError, IntegrityError */
  partialUpdate(
    id: Entity['id'],
    changes: Partial<Entity>,
    precondition?: Precondition<Entity, InUnit>,
  ): Promise<Entity> {
    return this.#within(async (repository, repositories, unit) => {
      await precondition?.(await repository.retrieve(byId(id)), repositories, unit);
      await repository.update({ ...changes, id }, byId(id));
      return repository.retrieve(byId(id));
    });
  }

  /** @throws NotFoundError */
  delete(id: Entity['id'], precondition?: Precondition<Entity, InUnit>): Promise<void> {
    return this.#within(async (repository, repositories, unit) => {
      await precondition?.(await repository.retrieve(byId(id)), repositories, unit);
      await repository.delete(byId(id));
    });
  }

  /** A page, with the cursor of the next. @throws InvalidCursorError */
  list(filter: Filter<Entity>, options: SliceOptions<Entity>): Promise<Slice<Entity>> {
    return this.#within((repository) => repository.listAfter(filter, options), { readOnly: true });
  }

  /** A numbered page, and the total. */
  listPage(filter: Filter<Entity>, options: PageOptions<Entity>): Promise<Page<Entity>> {
    return this.#within((repository) => repository.listPage(filter, options), { readOnly: true });
  }

  /** Replaces the collection with these records. An existing record with the same id is changed, not recreated. */
  replace(records: readonly Partial<Entity>[]): Promise<Entity[]> {
    return this.#within(async (repository) => {
      const wanted = records.map((record) => this.identified(record));
      const kept = await idsThere(repository, wanted);
      let surplus: Entity['id'][] = [];
      const dropSurplus = async () => {
        await repository.drop(amongIds(surplus));
        surplus = [];
      };
      for await (const { id } of repository.stream()) {
        if (!kept.has(id)) surplus.push(id);
        if (surplus.length === dropBatchSize) await dropSurplus();
      }
      await dropSurplus();
      return this.#put(repository, wanted);
    });
  }

  /** Replaces the records with the same ids and adds the others. */
  partialReplace(records: readonly Partial<Entity>[]): Promise<Entity[]> {
    return this.#within((repository) =>
      this.#put(
        repository,
        records.map((record) => this.identified(record)),
      ),
    );
  }

  /** Checks that lists can be filtered and ordered by these fields. @throws TypeError that names a field that cannot */
  async assertListable(filters: readonly string[], orders: readonly string[]): Promise<void> {
    const filter = Object.fromEntries(filters.map((field) => [field, null])) as Filter<Entity>;
    const order = Object.fromEntries(orders.map((field) => [field, 'asc'])) as Order<Entity>;
    await this.#within((repository) => repository.list(filter, { order, limit: 0 }), { readOnly: true });
  }

  /** Removes what matches, or everything when the filter is empty. @returns how many */
  drop(filter: Filter<Entity>): Promise<number> {
    return this.#within((repository) =>
      Object.keys(filter).length ? repository.drop(filter) : repository.dropAll(),
    );
  }

  /**
   * A new record with its id: a generated UUID unless it has one. Override it to leave the id out where the database
   * numbers records.
   */
  protected identified(record: Partial<Entity>): Entity {
    return { ...record, id: record.id ?? randomUUID() } as Entity;
  }

  /** In a unit of work of its own, with the records that the caller may reach. */
  #within<Result>(
    work: (repository: CollectionRepository<Entity>, repositories: InUnit, unit: OpenUnit) => Promise<Result>,
    options: { readonly readOnly?: boolean } = {},
  ): Promise<Result> {
    const { owned, isLimitedToOwn } = this.#acting.getStore() ?? {};
    return this.units(async (repository, repositories, unit) => {
      const reachable = owned && isLimitedToOwn ? new OwnedRecords(repository, owned) : repository;
      if (!this.check || options.readOnly) return work(reachable, repositories, unit);
      const tracked = new TrackedRecords(reachable);
      const result = await work(tracked, repositories, unit);
      for (const change of await tracked.changes()) await this.check(change, repositories, unit);
      return result;
    }, options);
  }

  /** A new record; it belongs to the caller if records have an owner. */
  #new(record: Partial<Entity>): Entity {
    return { ...this.identified(record), ...this.#acting.getStore()?.owned };
  }

  /** @throws NotFoundError for the id of another owner's record, which the caller cannot tell from an unknown one */
  async #add(repository: CollectionRepository<Entity>, record: Entity): Promise<Entity> {
    try {
      return await repository.create(this.#new(record));
    } catch (error) {
      const isIdTaken = error instanceof AlreadyExistsError && error.constraint === `${error.resource}.id`;
      throw isIdTaken && this.#acting.getStore()?.isLimitedToOwn ? new NotFoundError(error.resource) : error;
    }
  }

  async #put(repository: CollectionRepository<Entity>, records: readonly Entity[]): Promise<Entity[]> {
    const put = new Map<Entity['id'], Entity>();
    for (const record of records) {
      // A record without an id is new, and the database numbers it.
      const isThere =
        (record.id as unknown) !== undefined && (await repository.update(emptied(record), byId(record.id)));
      const { id } = isThere ? record : await this.#add(repository, record);
      const stored = await repository.retrieve(byId(id));
      // A column may accept two texts for one value, such as a UUID in capitals.
      if (put.has(stored.id)) throw new InvalidValueError('record', 'id', 'is given twice, in two spellings');
      put.set(stored.id, stored);
    }
    return [...put.values()];
  }
}
