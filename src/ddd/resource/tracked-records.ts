import { isMany } from '../repository/index.js';
import type { Filter, PageOptions, SliceOptions, StreamOptions } from '../repository/index.js';
import { amongIds } from './by-id.js';
import type { Identified } from './collection.types.js';
import type { CollectionRepository } from './owned-records.js';

/** What a verb did to one record: `before` is absent for a new record, `after` for one that was removed. */
export interface Change<Entity> {
  readonly before?: Entity;
  readonly after?: Entity;
}

/** Records that remember how they were before they were first written. */
export class TrackedRecords<Entity extends Identified> implements CollectionRepository<Entity> {
  /** By the id as it is stored; undefined for a record that did not exist. */
  readonly #before = new Map<Entity['id'], Entity | undefined>();

  constructor(private readonly records: CollectionRepository<Entity>) {}

  /** One change for each written record, however often it was written. */
  async changes(): Promise<Change<Entity>[]> {
    const ids = [...this.#before.keys()];
    const after = new Map<Entity['id'], Entity>();
    for await (const record of this.records.stream(amongIds<Entity>(ids))) after.set(record.id, record);
    return ids
      .map((id) => changeFrom(this.#before.get(id), after.get(id)))
      .filter((change) => change.before ?? change.after);
  }

  create(record: Entity): Promise<Entity>;
  create(records: readonly Entity[]): Promise<Entity[]>;
  async create(given: Entity | readonly Entity[]): Promise<Entity | Entity[]> {
    const created = isMany(given) ? await this.records.create(given) : await this.records.create(given);
    for (const { id } of Array.isArray(created) ? created : [created])
      if (!this.#before.has(id)) this.#before.set(id, undefined);
    return created;
  }

  async update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number> {
    await this.#remember(filter);
    return this.records.update(changes, filter);
  }

  async delete(filter: Filter<Entity>): Promise<void> {
    await this.#remember(filter);
    return this.records.delete(filter);
  }

  async drop(filter: Filter<Entity>): Promise<number> {
    await this.#remember(filter);
    return this.records.drop(filter);
  }

  async dropAll(): Promise<number> {
    await this.#remember({});
    return this.records.dropAll();
  }

  retrieve(filter: Filter<Entity>): Promise<Entity> {
    return this.records.retrieve(filter);
  }

  list(filter: Filter<Entity> = {}, options = {}): Promise<Entity[]> {
    return this.records.list(filter, options);
  }

  listAfter(filter: Filter<Entity> = {}, options: SliceOptions<Entity> = {}) {
    return this.records.listAfter(filter, options);
  }

  listPage(filter: Filter<Entity> = {}, options: PageOptions<Entity> = {}) {
    return this.records.listPage(filter, options);
  }

  stream(filter: Filter<Entity> = {}, options: StreamOptions<Entity> = {}) {
    return this.records.stream(filter, options);
  }

  async #remember(filter: Filter<Entity>): Promise<void> {
    for await (const record of this.records.stream(filter))
      if (!this.#before.has(record.id)) this.#before.set(record.id, record);
  }
}

const changeFrom = <Entity>(before?: Entity, after?: Entity): Change<Entity> => ({
  ...(before && { before }),
  ...(after && { after }),
});
