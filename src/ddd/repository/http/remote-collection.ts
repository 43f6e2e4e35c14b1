import type { Condition } from '../condition.js';
import { conditionsOf } from '../condition.js';
import type { Filter, Order } from '../filter.js';
import { completeSorting } from '../sorting.js';
import { conditionQuery, orderQuery, possibleConditions } from './collection-query.js';
import { deletedIn, recordIn, recordsIn } from './collection-response.js';
import { HttpExchange } from './http-exchange.js';
import type { HttpScope } from './http.repository.js';
import { pathSegment } from './record-id.js';
import type { RecordId } from './record-id.js';

interface CollectionRequest {
  readonly id?: RecordId;
  readonly query?: URLSearchParams;
  readonly body?: object;
}

/** The requests to a collection of a remote REST service, and the records of its responses. */
export class RemoteCollection<Entity> {
  readonly #exchange: HttpExchange;

  constructor(
    scope: HttpScope,
    private readonly resource: string,
  ) {
    this.#exchange = new HttpExchange(scope, resource);
  }

  async record(method: 'GET' | 'POST' | 'PUT' | 'PATCH', request: CollectionRequest): Promise<Entity> {
    return recordIn<Entity>(await this.#send(method, request), this.resource);
  }

  /** The records of a response to these records. */
  async records(method: 'POST' | 'PUT' | 'PATCH', given: readonly Entity[]): Promise<Entity[]> {
    return recordsIn<Entity>(await this.#send(method, { body: { data: given } }), this.resource);
  }

  async delete(id: RecordId): Promise<void> {
    await this.#send('DELETE', { id });
  }

  /** Removes what matches; everything without conditions. @returns how many */
  async drop(where: readonly Condition[]): Promise<number> {
    const possible = possibleConditions(where);
    if (!possible) return 0;
    const response = await this.#send('DELETE', { query: conditionQuery(possible) });
    return deletedIn(response, this.resource);
  }

  /** @returns the response, or that of an empty collection when no record can match */
  async list(
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

  #send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    { id, ...request }: CollectionRequest,
  ): Promise<unknown> {
    const path = `/${this.resource}/`;
    if (id === undefined) return this.#exchange.send({ method, path, ...request });
    return this.#exchange.send({ method, path: `${path}${pathSegment(id)}/`, id: String(id), ...request });
  }
}
