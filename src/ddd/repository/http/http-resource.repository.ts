import { pageIn, sliceIn, totalIn } from './collection-response.js';
import { CycleDetector } from '../cycle-detector.js';
import { conditionsOf } from '../condition.js';
import type { Filter } from '../filter.js';
import type { HttpScope } from './http.repository.js';
import { isMany } from '../is-many.js';
import { isRecordId, onlyId } from './record-id.js';
import type { RecordId } from './record-id.js';
import { RemoteCollection } from './remote-collection.js';
import { RemoteServiceError } from './remote.errors.js';
import { MultipleRecordsError, NotFoundError, UnfilteredWriteError } from '../repository.errors.js';
import { Repository, defaultPageSize, assertPositiveInteger } from '../repository.js';
import type { ListOptions, Page, PageOptions, Slice, SliceOptions } from '../repository.js';

/**
 * A collection behind a remote REST service such as `RestController`. In addition to every repository's vocabulary it
 * has the nine verbs of such a collection; those that address a record take its id. A remote collection has no
 * transactions: where a filter names no id, others may write between the lookup and the change.
 *
 *     class PriceRepository extends HttpResourceRepository<Price> { protected readonly resource = 'price'; }
 */
export abstract class HttpResourceRepository<
  Entity extends { readonly id: RecordId },
> extends Repository<Entity> {
  /** Path of the collection at the service, without leading or trailing slashes. */
  protected abstract readonly resource: string;

  /** Maximum page size of the service. It refuses larger requests, so the repository requests at most this many. */
  protected readonly maxPageSize: number = 100;

  constructor(private readonly scope: HttpScope) {
    super();
  }

  create(record: Entity): Promise<Entity>;
  create(records: readonly Entity[]): Promise<Entity[]>;
  async create(given: Entity | readonly Entity[]): Promise<Entity | Entity[]> {
    if (!isMany(given)) return this.#collection.record('POST', { body: given });
    return given.length ? this.#collection.records('POST', given) : [];
  }

  /** The record with this id, or the one that matches. @throws NotFoundError, MultipleRecordsError */
  override async retrieve(requested: RecordId | Filter<Entity>): Promise<Entity> {
    return isRecordId(requested)
      ? this.#collection.record('GET', { id: requested })
      : super.retrieve(requested);
  }

  async find(filter: Filter<Entity>): Promise<Entity | null> {
    const id = onlyId(conditionsOf(filter));
    if (id !== undefined) return this.retrieve(id).catch(orNull);
    const { records } = await this.listAfter(filter, { size: 2 });
    if (records.length > 1) throw new MultipleRecordsError(this.resource);
    return records[0] ?? null;
  }

  /** Replaces the record with this id. @throws NotFoundError, AlreadyExistsError, IntegrityError */
  update(record: Entity, id: RecordId): Promise<Entity>;
  update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number>;
  async update(given: Partial<Entity>, requested: RecordId | Filter<Entity>): Promise<Entity | number> {
    if (isRecordId(requested)) return this.#collection.record('PUT', { id: requested, body: given });
    const where = conditionsOf(requested);
    if (!where.length) throw new UnfilteredWriteError(this.resource, 'update');
    const id = onlyId(where);
    if (id === undefined) return this.#updateEach(given, requested);
    return (await this.partialUpdate(given, id).catch(orNull)) ? 1 : 0;
  }

  async updateAll(changes: Partial<Entity>): Promise<number> {
    return this.#updateEach(changes, {});
  }

  /** Changes fields of the record with this id. @throws NotFoundError, AlreadyExistsError, IntegrityError */
  async partialUpdate(changes: Partial<Entity>, id: RecordId): Promise<Entity> {
    return this.#collection.record('PATCH', { id, body: changes });
  }

  /** Removes the record with this id, or the one that matches. @throws NotFoundError, MultipleRecordsError */
  async delete(requested: RecordId | Filter<Entity>): Promise<void> {
    const id = isRecordId(requested) ? requested : await this.#idOf(requested);
    await this.#collection.delete(id);
  }

  async list(
    filter: Filter<Entity> = {},
    { order = {}, limit = defaultPageSize }: ListOptions<Entity> = {},
  ): Promise<Entity[]> {
    const records: Entity[] = [];
    if (assertPositiveInteger('limit', limit, 0) === 0) return records;
    for await (const record of this.stream(filter, { order, batch: limit }))
      if (records.push(record) >= limit) break;
    return records;
  }

  async listAfter(
    filter: Filter<Entity> = {},
    { order = {}, size = defaultPageSize, after = null }: SliceOptions<Entity> = {},
  ): Promise<Slice<Entity>> {
    const requested = { size: this.#pageSize(size), ...(after !== null && { after }) };
    return sliceIn<Entity>(await this.#collection.list(filter, order, requested), this.resource);
  }

  async listPage(
    filter: Filter<Entity> = {},
    { order = {}, size = defaultPageSize, page = 1 }: PageOptions<Entity> = {},
  ): Promise<Page<Entity>> {
    const requested = { size: this.#pageSize(size), page: String(assertPositiveInteger('page', page)) };
    return { ...pageIn<Entity>(await this.#collection.list(filter, order, requested), this.resource), page };
  }

  /** Also ends when the service's pages repeat: with an error. */
  override async *stream(
    ...requested: Parameters<Repository<Entity>['stream']>
  ): AsyncGenerator<Entity, void, void> {
    const [filter = {}, { order = {}, batch = this.maxPageSize } = {}] = requested;
    assertPositiveInteger('batch', batch);
    const watch = new CycleDetector();
    let after: string | null = null;
    do {
      const slice: Slice<Entity> = await this.listAfter(filter, { order, size: batch, after });
      const [first] = slice.records;
      if (first ? watch.hasSeen(first.id) : slice.next !== null)
        throw new RemoteServiceError(this.resource, { status: 200, reason: 'its pages do not end' });
      yield* slice.records;
      after = slice.next;
    } while (after !== null);
  }

  async count(filter: Filter<Entity> = {}): Promise<number> {
    return totalIn(await this.#collection.list(filter, {}, { page: '1', size: '1' }), this.resource);
  }

  /** Replaces the collection with these records. @throws AlreadyExistsError, IntegrityError */
  async replace(records: readonly Entity[]): Promise<Entity[]> {
    return this.#collection.records('PUT', records);
  }

  /** Replaces the records with the same ids and adds the others. @throws AlreadyExistsError, IntegrityError */
  async partialReplace(records: readonly Entity[]): Promise<Entity[]> {
    return this.#collection.records('PATCH', records);
  }

  async drop(filter: Filter<Entity>): Promise<number> {
    const where = conditionsOf(filter);
    if (!where.length) throw new UnfilteredWriteError(this.resource, 'drop');
    return this.#collection.drop(where);
  }

  async dropAll(): Promise<number> {
    return this.#collection.drop([]);
  }

  protected override notFound(filter: Filter<Entity>): NotFoundError {
    const id = onlyId(conditionsOf(filter));
    return new NotFoundError(this.resource, id === undefined ? {} : { id: String(id) });
  }

  get #collection(): RemoteCollection<Entity> {
    return new RemoteCollection(this.scope, this.resource);
  }

  #pageSize(size: number): string {
    return String(Math.min(assertPositiveInteger('size', size), this.maxPageSize));
  }

  async #idOf(filter: Filter<Entity>): Promise<RecordId> {
    const where = conditionsOf(filter);
    if (!where.length) throw new UnfilteredWriteError(this.resource, 'delete');
    return onlyId(where) ?? (await this.retrieve(filter)).id;
  }

  async #updateEach(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number> {
    let updated = 0;
    for await (const { id } of this.stream(filter))
      if (await this.partialUpdate(changes, id).catch(orNull)) updated++;
    return updated;
  }
}

function orNull(error: unknown): null {
  if (error instanceof NotFoundError) return null;
  throw error;
}
