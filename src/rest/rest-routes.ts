import type { Type } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Filter, Order } from '../ddd/repository/index.js';
import type { Acting, CollectionResource, Identified, Precondition } from '../ddd/resource/index.js';
import {
  hasManyRecords,
  listOf,
  validateBody,
  refuseField,
  refuseForeignId,
  refuseRepeatedIds,
  refuseBadId,
} from './validate-body.js';
import { queryCapabilitiesOf } from './rest-options.js';
import type { Operation, QueryCapabilities, RestControllerOptions, Verb } from './rest-options.js';
import { entityTag, Preconditions } from './entity-tag.js';
import { addressing, mapConstraintErrors, mapRemovalErrors } from './constraint-errors.js';
import { HttpError } from '../http/errors/http.error.js';
import { readAs } from './parameter.js';
import { readDropQuery, readListQuery, refuseQuery } from './list-query.js';
import { PageToken } from './page-token.js';
import { accessTo, isLimitedToOwn } from './verb-access.js';

type Handler = (request: Request, response: Response) => Promise<unknown>;

/** The routes of a collection. Each reads a request, calls one verb of the resource, and writes the response. */
export class RestRoutes<Entity extends Identified, View extends object> implements Record<
  Operation,
  Handler
> {
  readonly #capabilities: QueryCapabilities;
  readonly #list: Type<{ readonly data: object[] }>;

  constructor(
    private readonly declaration: RestControllerOptions<Entity, View>,
    private readonly resource: CollectionResource<Entity>,
  ) {
    this.#capabilities = queryCapabilitiesOf(declaration);
    this.#list = listOf(declaration.body ?? Object);
  }

  /** Runs an operation of a verb, restricted to the records that the caller may reach. */
  run(operation: Operation, verb: Verb, request: Request, response: Response): Promise<unknown> {
    return this.resource.actingFor(this.#acting(verb, request), (): Promise<unknown> =>
      this[operation](request, response),
    );
  }

  async create(request: Request, response: Response): Promise<object> {
    const { originalUrl } = this.#withoutQuery(request);
    if (hasManyRecords(request.body)) return this.createMany(request);
    const body = this.#withoutOwner(request);
    this.#requireOfCollection(request);
    const record = await validateBody(body, this.#dto('body'));
    refuseBadId(record, body);
    const created = await this.#write(() => this.resource.create(record));
    response.location(`${originalUrl.replace(/\/*$/, '')}/${encodeURIComponent(created.id)}/`);
    return this.#one(created, response);
  }

  async createMany(request: Request): Promise<object> {
    const records = await this.#records(request);
    return this.#many(await this.#write(() => this.resource.createMany(records)));
  }

  async retrieve(request: Request, response: Response): Promise<View> {
    const { params, headers } = this.#withoutQuery(request);
    const preconditions = new Preconditions({ 'if-match': headers['if-match'] });
    const record = await addressing(() => this.resource.retrieve(this.#id(params)));
    preconditions.require(entityTag(this.declaration.view.of(record)));
    // Express turns it into a 304 when If-None-Match names the tag.
    return this.#one(record, response);
  }

  async update(request: Request, response: Response): Promise<View> {
    const id = this.#id(this.#withoutQuery(request).params);
    const body = this.#withoutOwner(request);
    const record = await validateBody(body, this.#dto('body'));
    refuseForeignId(record, body, id);
    return this.#one(
      await this.#change(() => this.resource.update(id, record, this.#precondition(request))),
      response,
    );
  }

  async partialUpdate(request: Request, response: Response): Promise<View> {
    const id = this.#id(this.#withoutQuery(request).params);
    const body = this.#withoutOwner(request);
    const changes = await validateBody(body, this.#dto('changes'));
    refuseForeignId(changes, body, id);
    return this.#one(
      await this.#change(() => this.resource.partialUpdate(id, changes, this.#precondition(request))),
      response,
    );
  }

  async delete(request: Request): Promise<void> {
    const { params } = this.#withoutQuery(request);
    await mapRemovalErrors(() =>
      addressing(() => this.resource.delete(this.#id(params), this.#precondition(request))),
    );
  }

  async list({ originalUrl }: Request): Promise<object> {
    const query = readListQuery(originalUrl, this.#capabilities);
    const filter = query.filter as Filter<Entity>;
    const order = query.order as Order<Entity>;
    const { size, page } = query;
    const token = new PageToken(this.declaration.name, query);
    return mapConstraintErrors(async () => {
      if (page === undefined) {
        const after = token.read(query.after);
        const { records, next } = await this.resource.list(filter, { order, size, after });
        return { ...this.#many(records), meta: { size, next: token.of(next) } };
      }
      const { records, total } = await this.resource.listPage(filter, { order, size, page });
      return { ...this.#many(records), meta: { page, size, total } };
    });
  }

  async replace(request: Request): Promise<object> {
    const records = await this.#records(request);
    return this.#many(await this.#write(() => this.resource.replace(records)));
  }

  async partialReplace(request: Request): Promise<object> {
    const records = await this.#records(request);
    return this.#many(await this.#write(() => this.resource.partialReplace(records)));
  }

  async drop(request: Request): Promise<object> {
    const filter = readDropQuery(request.originalUrl, this.#capabilities) as Filter<Entity>;
    this.#requireOfCollection(request);
    return { deleted: await mapRemovalErrors(() => this.resource.drop(filter)) };
  }

  /** The records to put into the collection, each id once. */
  async #records(request: Request): Promise<readonly object[]> {
    this.#requireOfCollection(this.#withoutQuery(request));
    const body = this.#withoutOwner(request);
    const { data } = await validateBody(body, this.#list);
    refuseBadId(data, (body as { data: unknown }).data, ['data']);
    refuseRepeatedIds(data);
    return data;
  }

  #acting(verb: Verb, { caller }: Request): Acting<Entity> {
    const { owner, access } = this.declaration;
    if (owner === undefined) return { caller };
    return {
      caller,
      ...(caller && { owned: { [owner]: caller.id } as unknown as Partial<Entity> }),
      isLimitedToOwn: isLimitedToOwn(accessTo(access, verb), caller),
    };
  }

  /** The body. @throws InvalidFieldsError when it names an owner, which only the session determines */
  #withoutOwner({ body }: Request): unknown {
    if (this.declaration.owner) refuseField(this.declaration.owner, body);
    return body;
  }

  #change(work: () => Promise<Entity>): Promise<Entity> {
    return this.#write(() => addressing(work));
  }

  #write<Result>(work: () => Promise<Result>): Promise<Result> {
    return mapConstraintErrors(work, this.declaration.references);
  }

  #one(record: Entity, response: Response): View {
    const view = this.declaration.view.of(record);
    response.setHeader('ETag', entityTag(view));
    return view;
  }

  #many(records: readonly Entity[]): { data: View[] } {
    return { data: records.map((record) => this.declaration.view.of(record)) };
  }

  /** A parameter that has no effect here was meant to have one, so the request is refused. */
  #withoutQuery(request: Request): Request {
    refuseQuery(request.originalUrl);
    return request;
  }

  #precondition({ headers }: Request): Precondition<Entity> | undefined {
    const preconditions = new Preconditions(headers);
    if (!preconditions.areGiven) return undefined;
    return (current) => preconditions.require(entityTag(this.declaration.view.of(current)));
  }

  /** A collection always exists and has no tag. */
  #requireOfCollection({ headers }: Request): void {
    new Preconditions(headers).require(undefined);
  }

  /** @throws HttpError 404 when no record can have this id */
  #id(params: Request['params']): Entity['id'] {
    const text = String(params['id']);
    const id = readAs(this.declaration.id ?? 'text', text);
    // A record has one path: 01 is not 1.
    if (id === undefined || (typeof id === 'number' && String(id) !== text)) throw new HttpError(404);
    return id as Entity['id'];
  }

  #dto(name: 'body' | 'changes') {
    const dto = this.declaration[name];
    if (!dto) throw new TypeError(`The resource ${this.declaration.name} has no ${name}: declare its class`);
    return dto;
  }
}
