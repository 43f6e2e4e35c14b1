/**
 * Rules of a resource that look at more than one row, over HTTP, on each backend.
 * Real: the server with its HTTP rules, the databases, SQL and in memory. Fake: nothing.
 */
import { Controller, Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IsOptional } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import type { Change, Precondition } from '../../src/ddd/resource/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { HttpError } from '../../src/http/errors/http.error.js';
import { HasLength, IsText, IsTrueOrFalse } from '../../src/ddd/field/index.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { everyVerb, openTo, startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';

@Entity('memo')
class Memo {
  @PrimaryColumn('varchar', { length: 40 })
  id!: string;

  @Column('varchar', { length: 20 })
  folder!: string;

  @Column('boolean', { default: false })
  pinned?: boolean;
}

/** A folder that takes no memos. */
@Entity('closed_folder')
class ClosedFolder {
  @PrimaryColumn('varchar', { length: 20 })
  id!: string;
}

class MemoRepository extends SqlTableRepository<Memo> {
  protected readonly entity = Memo;
}

class ClosedFolderRepository extends SqlTableRepository<ClosedFolder> {
  protected readonly entity = ClosedFolder;
}

class MemoWorker extends SqlWorker.with({ memo: MemoRepository, closed: ClosedFolderRepository }) {}

class MemoDetails {
  @ApiPropertyOptional()
  @IsOptional()
  @IsText()
  readonly id?: string;

  @ApiProperty()
  @IsText()
  @HasLength(1, 20)
  readonly folder!: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsTrueOrFalse()
  readonly pinned?: boolean;
}

class MemoChanges extends PartialType(MemoDetails, { skipNullProperties: false }) {}

class MemoView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly folder!: string;

  @ApiProperty()
  readonly pinned!: boolean;

  static of({ id, folder, pinned = false }: Memo): MemoView {
    return { id, folder, pinned };
  }
}

interface Unit {
  readonly memo: MemoRepository;
  readonly closed: ClosedFolderRepository;
}

@Injectable()
class MemoResource extends CollectionResource.of(MemoWorker, 'memo') {
  /** What the last successful verb did, by the rule's own account. */
  changes: Change<Memo>[] = [];

  protected override async check(change: Change<Memo>, { memo, closed }: Unit): Promise<void> {
    const { after } = change;
    this.changes.push(change);
    if (after?.pinned && (await memo.count({ folder: after.folder, pinned: true })) > 3)
      throw new HttpError(409, 'At most three memos are pinned');
    if (after && (await closed.find({ id: after.folder }))) throw new HttpError(409, 'The folder is closed');
    if (!after && change.before?.folder === 'kept') throw new HttpError(409, 'It is kept');
  }
}

@Controller('memo')
class MemoController extends RestController({
  name: 'Memo',
  resource: MemoResource,
  verbs: everyVerb,
  access: openTo(...everyVerb),
  view: MemoView,
  body: MemoDetails,
  changes: MemoChanges,
  filters: { folder: 'text', pinned: 'boolean' },
}) {}

describe.each(backendKinds)('The rule of a collection on %s', (kind) => {
  let backend: Backend;
  let api: Api;
  let memos: MemoRepository;
  let resource: MemoResource;
  beforeAll(async () => {
    backend = await createBackend(kind, [Memo, ClosedFolder]);
    const { scope } = backend;
    memos = new MemoRepository(scope);
    await new ClosedFolderRepository(scope).create({ id: 'closed' });
    const worker = scope instanceof InMemoryDatabase ? scope.worker(MemoWorker) : new MemoWorker(scope);
    api = await startApi(scope, [MemoController], [{ provide: MemoWorker, useValue: worker }, MemoResource]);
    resource = api.app.get(MemoResource);
  });
  afterAll(async () => {
    await api.app.close();
    await backend.destroy();
  });
  beforeEach(async () => {
    await memos.dropAll();
    resource.changes = [];
  });

  async function send(method: string, path: string, body?: unknown) {
    const response = await fetch(`${api.url}/memo/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }
  const memo = (id: string, given: Partial<Memo> = {}): Memo => ({
    id,
    folder: 'a',
    pinned: false,
    ...given,
  });
  const stored = async () =>
    (await memos.list()).map(({ id, folder, pinned }) => `${id} ${folder} ${pinned}`).sort();

  it('holds under 20 requests at once that each pin a memo', async () => {
    await memos.create(Array.from({ length: 20 }, (_, index) => memo(`m${index}`)));

    const pinned = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send('PATCH', `m${index}/`, { pinned: true })),
    );
    const statuses = pinned.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 409)).toHaveLength(17);
    expect(await memos.count({ pinned: true })).toBe(3);
  });

  it('holds under 20 requests at once that each create a pinned memo, one or two', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2
          ? send('POST', '', { folder: 'a', pinned: true })
          : send('POST', '', { data: [1, 2].map(() => ({ folder: 'a', pinned: true })) }),
      ),
    );

    expect([2, 3]).toContain(await memos.count({ pinned: true }));
    expect(await memos.count()).toBe(await memos.count({ pinned: true }));
  });

  const full = [1, 2, 3].map((number) => memo(`p${number}`, { pinned: true }));
  it.each<[string, string, unknown]>([
    ['POST', '', { folder: 'a', pinned: true }],
    ['POST', '', { data: [{ folder: 'a' }, { folder: 'a', pinned: true }] }],
    ['PUT', 'free/', { folder: 'a', pinned: true }],
    ['PATCH', 'free/', { pinned: true }],
    ['PATCH', 'elsewhere/', { folder: 'a' }],
    ['PATCH', '', { data: [{ id: 'new', folder: 'a', pinned: true }] }],
    ['PUT', '', { data: [1, 2, 3, 4].map((id) => ({ id: `n${id}`, folder: 'a', pinned: true })) }],
    ['PATCH', 'free/', { folder: 'closed' }],
    ['DELETE', 'kept/', undefined],
    ['DELETE', '?folder[in]=kept&folder[in]=a', undefined],
    ['DELETE', '', undefined],
    ['PUT', '', { data: [{ id: 'p1', folder: 'a', pinned: false }] }],
  ])('rolls %s /memo/%s back when it would be broken: %j', async (method, path, body) => {
    await memos.create([
      ...full,
      memo('free'),
      memo('elsewhere', { folder: 'b', pinned: true }),
      memo('kept', { folder: 'kept' }),
    ]);
    const before = await stored();

    expect((await send(method, path, body)).status).toBe(409);
    expect(await stored()).toEqual(before);
  });

  it.each<[string, string, unknown]>([
    ['PATCH', 'p1/', { pinned: true }],
    ['PATCH', 'p1/', {}],
    ['PUT', 'p1/', { folder: 'b', pinned: true }],
    [
      'PATCH',
      '',
      {
        data: [
          { id: 'new', folder: 'a', pinned: true },
          { id: 'p1', folder: 'a', pinned: false },
        ],
      },
    ],
    ['PUT', '', { data: [1, 2, 3].map((id) => ({ id: `n${id}`, folder: 'a', pinned: true })) }],
    ['DELETE', '?pinned=true', undefined],
  ])('judges what %s /memo/%s has left in the end: %j', async (method, path, body) => {
    await memos.create(full);

    expect((await send(method, path, body)).status).toBeLessThan(300);
    expect(await memos.count({ folder: 'a', pinned: true })).toBeLessThanOrEqual(3);
  });

  it('is told of each record once: how it was, and how it is stored', async () => {
    await memos.create([memo('changed'), memo('removed'), memo('kept-as-is')]);
    await resource.replace(
      [
        { id: 'changed', folder: 'b' },
        { id: 'kept-as-is', folder: 'a', pinned: false },
        { id: 'added', folder: 'c' },
      ].map((record) => ({ pinned: false, ...record })),
    );

    expect(
      resource.changes
        .map(({ before, after }) => [before?.id, before?.folder, after?.id, after?.folder, after?.pinned])
        .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    ).toEqual([
      ['changed', 'a', 'changed', 'b', false],
      ['kept-as-is', 'a', 'kept-as-is', 'a', false],
      ['removed', 'a', undefined, undefined, undefined],
      [undefined, undefined, 'added', 'c', false],
    ]);
  });

  it('reads alone leave alone', async () => {
    await memos.create(memo('a'));
    for (const path of ['', '?page=1', 'a/']) expect((await send('GET', path)).status).toBe(200);
    expect(resource.changes).toEqual([]);
  });

  it('may be given to one call: a precondition that waits, and sees the repositories of the unit', async () => {
    await memos.create(full);
    const onlyWhile: Precondition<Memo, Unit> = async ({ folder }, { memo: inUnit }) => {
      if ((await inUnit.count({ folder })) < 3) throw new HttpError(409, 'too few');
    };

    await resource.delete('p1', onlyWhile);
    await expect(resource.delete('p2', onlyWhile)).rejects.toThrow('too few');
    await expect(resource.partialUpdate('p2', { folder: 'x' }, onlyWhile)).rejects.toThrow('too few');
    await expect(resource.update('p2', { folder: 'x' }, onlyWhile)).rejects.toThrow('too few');
    expect(await stored()).toEqual(['p2 a true', 'p3 a true']);
  });
});
