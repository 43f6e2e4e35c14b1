import type { Type } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Filter, Order } from '../ddd/repository/filter.js';
import type { CollectionResource, Identified, Precondition } from '../ddd/resource/collection.resource.js';
import { isMany, listOf, readBody } from './body.js';
import { askableOf } from './declaration.js';
import type { Askable, Declaration, Verb } from './declaration.js';
import { entityTag, requireMatch } from './entity-tag.js';
import { refusingFields, refusingRemoval } from './field-refusal.js';
import { HttpRefusal } from '../http/http-refusal.js';
import { readAs } from './parameter.js';
import { readFilterQuery, readListQuery } from './list-query.js';

type Handler = (request: Request, response: Response) => Promise<unknown>;

/** What the nine routes of a collection do. Reads a request, calls one verb of the resource, writes the answer. */
export class RestRoutes<Entity extends Identified, View extends object> implements Record<Verb, Handler> {
  readonly #askable: Askable;
  readonly #list: Type<{ readonly data: object[] }>;

  constructor(
    private readonly declaration: Declaration<Entity, View>,
    private readonly resource: CollectionResource<Entity>,
  ) {
    this.#askable = askableOf(declaration);
    this.#list = listOf(declaration.body ?? Object);
  }

  async create({ body, originalUrl }: Request, response: Response): Promise<object> {
    if (isMany(body)) {
      const { data } = await readBody(body, this.#list);
      return this.#many(await refusingFields(() => this.resource.createMany(data)));
    }
    const record = await readBody(body, this.#dto('body'));
    const created = await refusingFields(() => this.resource.create(record));
    const [path = ''] = originalUrl.split('?');
    response.location(`${path.replace(/\/*$/, '')}/${encodeURIComponent(created.id)}/`);
    return this.#one(created, response);
  }

  async retrieve({ params }: Request, response: Response): Promise<View> {
    return this.#one(await this.resource.retrieve(this.#id(params)), response);
  }

  async update(request: Request, response: Response): Promise<View> {
    const record = await readBody(request.body, this.#dto('body'));
    return this.#one(
      await refusingFields(() =>
        this.resource.update(this.#id(request.params), record, this.#unchanged(request)),
      ),
      response,
    );
  }

  async partialUpdate(request: Request, response: Response): Promise<View> {
    const changes = await readBody(request.body, this.#dto('changes'));
    return this.#one(
      await refusingFields(() =>
        this.resource.partialUpdate(this.#id(request.params), changes, this.#unchanged(request)),
      ),
      response,
    );
  }

  async delete(request: Request): Promise<void> {
    await refusingRemoval(() => this.resource.delete(this.#id(request.params), this.#unchanged(request)));
  }

  async list(request: Request): Promise<object> {
    const { filter: asked, order: wanted, ...query } = readListQuery(queryOf(request), this.#askable);
    const filter = asked as Filter<Entity>;
    const order = wanted as Order<Entity>;
    const { size, page, after } = query;
    return refusingFields(async () => {
      if (page === undefined) {
        const { records, next } = await this.resource.list(filter, { order, size, after });
        return { ...this.#many(records), meta: { size, next } };
      }
      const { records, total } = await this.resource.listPage(filter, { order, size, page });
      return { ...this.#many(records), meta: { page, size, total } };
    });
  }

  async replace({ body }: Request): Promise<object> {
    const { data } = await readBody(body, this.#list);
    return this.#many(await refusingFields(() => this.resource.replace(data)));
  }

  async partialReplace({ body }: Request): Promise<object> {
    const { data } = await readBody(body, this.#list);
    return this.#many(await refusingFields(() => this.resource.partialReplace(data)));
  }

  async drop(request: Request): Promise<object> {
    const filter = readFilterQuery(queryOf(request), this.#askable) as Filter<Entity>;
    return { deleted: await refusingRemoval(() => this.resource.drop(filter)) };
  }

  #one(record: Entity, response: Response): View {
    const view = this.declaration.view.of(record);
    response.setHeader('ETag', entityTag(view));
    return view;
  }

  #many(records: readonly Entity[]): { data: View[] } {
    return { data: records.map((record) => this.declaration.view.of(record)) };
  }

  #unchanged({ headers }: Request): Precondition<Entity> | undefined {
    const ifMatch = headers['if-match'];
    if (ifMatch === undefined) return undefined;
    return (current) => requireMatch(ifMatch, entityTag(this.declaration.view.of(current)));
  }

  /** @throws HttpRefusal 404 when no record can have this id */
  #id(params: Request['params']): Entity['id'] {
    const id = readAs(this.declaration.id ?? 'text', String(params['id']));
    if (id === undefined) throw new HttpRefusal(404);
    return id as Entity['id'];
  }

  #dto(name: 'body' | 'changes') {
    const dto = this.declaration[name];
    if (!dto) throw new TypeError(`The resource ${this.declaration.name} has no ${name}: declare its class`);
    return dto;
  }
}

const queryOf = ({ originalUrl }: Request) => new URL(originalUrl, 'http://query').searchParams;
