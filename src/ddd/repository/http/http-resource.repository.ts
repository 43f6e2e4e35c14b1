import { deletedIn, pageIn, recordIn, recordsIn, sliceIn, totalIn } from './collection-response.js';
import { conditionQuery, orderQuery, possibleConditions } from './collection-query.js';
import { CycleDetector } from '../cycle-detector.js';
import { conditionsOf } from '../condition.js';
import type { Condition } from '../condition.js';
import type { Filter, Order } from '../filter.js';
import { HttpExchange } from './http-exchange.js';
import type { HttpScope } from './http.repository.js';
import { isMany } from '../is-many.js';
import { RemoteServiceError } from './remote.errors.js';
import { MultipleRecordsError, NotFoundError, UnfilteredWriteError } from '../repository.errors.js';
import { Repository, defaultPageSize, assertPositiveInteger } from '../repository.js';
import type { ListOptions, Page, PageOptions, Slice, SliceOptions } from '../repository.js';
import { completeSorting } from '../sorting.js';

type Id = string | number;

/**
 * A collection behind a remote REST service such as `RestController`. In addition to every repository's vocabulary it
 * has the nine verbs of such a collection; those that address a record take its id. A remote collection has no
 * transactions: where a filter names no id, others may write between the lookup and the change.
 *
 *     class PriceRepository extends HttpResourceRepository<Price> { protected readonly resource = 'price'; }
 */
export abstract class HttpResourceRepository<Entity extends { readonly id: Id }> extends Repository<Entity> {
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
    if (!isMany(given)) return this.#record(this.#send('POST', { body: given }));
    return given.length ? this.#records(this.#send('POST', { body: { data: given } })) : [];
  }

  /** The record with this id, or the one that matches. @throws NotFoundError, MultipleRecordsError */
  override async retrieve(requested: Id | Filter<Entity>): Promise<Entity> {
    return isId(requested) ? this.#record(this.#send('GET', { id: requested })) : super.retrieve(requested);
  }

  async find(filter: Filter<Entity>): Promise<Entity | null> {
    const id = onlyId(conditionsOf(filter));
    if (id !== undefined) return this.retrieve(id).catch(orNull);
    const { records } = await this.listAfter(filter, { size: 2 });
    if (records.length > 1) throw new MultipleRecordsError(this.resource);
    return records[0] ?? null;
  }

  /** Replaces the record with this id. @throws NotFoundError, AlreadyExistsError, IntegrityError */
  update(record: Entity, id: Id): Promise<Entity>;
  update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number>;
  async update(given: Partial<Entity>, requested: Id | Filter<Entity>): Promise<Entity | number> {
    if (isId(requested)) return this.#record(this.#send('PUT', { id: requested, body: given }));
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
  async partialUpdate(changes: Partial<Entity>, id: Id): Promise<Entity> {
    return this.#record(this.#send('PATCH', { id, body: changes }));
  }

  /** Removes the record with this id, or the one that matches. @throws NotFoundError, MultipleRecordsError */
  async delete(requested: Id | Filter<Entity>): Promise<void> {
    const id = isId(requested) ? requested : await this.#idOf(requested);
    await this.#send('DELETE', { id });
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
    return sliceIn<Entity>(await this.#list(filter, order, requested), this.resource);
  }

  async listPage(
    filter: Filter<Entity> = {},
    { order = {}, size = defaultPageSize, page = 1 }: PageOptions<Entity> = {},
  ): Promise<Page<Entity>> {
    const requested = { size: this.#pageSize(size), page: String(assertPositiveInteger('page', page)) };
    return { ...pageIn<Entity>(await this.#list(filter, order, requested), this.resource), page };
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
    return totalIn(await this.#list(filter, {}, { page: '1', size: '1' }), this.resource);
  }

  /** Replaces the collection with these records. @throws AlreadyExistsError, IntegrityError */
  async replace(records: readonly Entity[]): Promise<Entity[]> {
    return this.#records(this.#send('PUT', { body: { data: records } }));
  }

  /** Replaces the records with the same ids and adds the others. @throws AlreadyExistsError, IntegrityError */
  async partialReplace(records: readonly Entity[]): Promise<Entity[]> {
    return this.#records(this.#send('PATCH', { body: { data: records } }));
  }

  async drop(filter: Filter<Entity>): Promise<number> {
    const where = conditionsOf(filter);
    if (!where.length) throw new UnfilteredWriteError(this.resource, 'drop');
    return this.#drop(where);
  }

  async dropAll(): Promise<number> {
    return this.#drop([]);
  }

  protected override notFound(filter: Filter<Entity>): NotFoundError {
    const id = onlyId(conditionsOf(filter));
    return new NotFoundError(this.resource, id === undefined ? {} : { id: String(id) });
  }

  #pageSize(size: number): string {
    return String(Math.min(assertPositiveInteger('size', size), this.maxPageSize));
  }

  async #idOf(filter: Filter<Entity>): Promise<Id> {
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

  async #drop(where: readonly Condition[]): Promise<number> {
    const possible = possibleConditions(where);
    if (!possible) return 0;
    const response = await this.#send('DELETE', { query: conditionQuery(possible) });
    return deletedIn(response, this.resource);
  }

  /** @returns the response, or that of an empty collection when no record can match */
  async #list(
    filter: Filter<Entity>,
    order: Order<Entity>,
    requested: { readonly size: string } & Record<string, string>,
  ): Promise<unknown> {
    const possible = possibleConditions(conditionsOf(filter));
    if (!possible) return { data: [], meta: { size: Number(requested.size), total: 0 } };
    const query = conditionQuery(possible);
    const sorting = completeSorting(order, []);
    for (const [name, value] of Object.entries({ ...orderQuery(sorting), ...requested }))
      query.set(name, value);
    return this.#send('GET', { query });
  }

  async #record(response: Promise<unknown>): Promise<Entity> {
    return recordIn<Entity>(await response, this.resource);
  }

  async #records(response: Promise<unknown>): Promise<Entity[]> {
    return recordsIn<Entity>(await response, this.resource);
  }

  #send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    { id, ...request }: { id?: Id; query?: URLSearchParams; body?: object },
  ): Promise<unknown> {
    const collection = `/${this.resource}/`;
    const exchange = new HttpExchange(this.scope, this.resource);
    if (id === undefined) return exchange.send({ method, path: collection, ...request });
    return exchange.send({ method, path: `${collection}${escaped(id)}/`, id: String(id), ...request });
  }
}

const isId = (requested: unknown): requested is Id =>
  typeof requested === 'string' || typeof requested === 'number';

/** The id, when the filter asks for that and nothing else. */
function onlyId(where: readonly Condition[]): Id | undefined {
  const [condition] = where;
  const isOne = where.length === 1 && condition?.field === 'id' && condition.operator === 'eq';
  return isOne && isId(condition.value) && isAddressable(condition.value) ? condition.value : undefined;
}

/** URL normalization drops these path segments, however they are escaped, and would address the collection. */
const isAddressable = (id: Id) => !['', '.', '..'].includes(String(id));

/** @throws RangeError for an id that a path cannot address */
function escaped(id: Id): string {
  if (!isAddressable(id))
    throw new RangeError('A path cannot address a record whose id is empty or dots: filter by it');
  return encodeURIComponent(id);
}

function orNull(error: unknown): null {
  if (error instanceof NotFoundError) return null;
  throw error;
}
