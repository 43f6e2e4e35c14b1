/**
 * The code of docs/guide/relations.md.
 * Real: the databases. Fake: the accounts, of which there is only the table with its key.
 */
import { readdir, readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Entity, PrimaryColumn } from 'typeorm';
import { SqlTableRepository, StillReferencedError } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { databaseKinds, InMemoryDatabase, useDatabase } from '../../testing/index.js';
import { Author } from './author.entity.js';
import { BookTag } from './book-tag.entity.js';
import { Book } from './book.entity.js';
import { LibraryWorker } from './library.worker.js';
import { Loan } from './loan.entity.js';

@Entity('user')
class Account {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;
}

class AccountRepository extends SqlTableRepository<Account> {
  protected readonly entity = Account;
}

class AccountWorker extends SqlWorker.with({ account: AccountRepository }) {}

describe.each(databaseKinds)('The relations of the guide on %s', (kind) => {
  const database = useDatabase(kind, [Account, Author, Book, BookTag, Loan], { perTest: true });
  let worker: LibraryWorker;
  beforeEach(async () => {
    worker = new LibraryWorker(database.dataSource);
    await worker.run(async ({ author, book, tag }) => {
      await author.create([
        { id: 'lem', name: 'Lem', country: 'PL' },
        { id: 'eco', name: 'Eco', country: 'IT' },
      ]);
      await book.create([
        { id: 'solaris', title: 'Solaris', pages: 204, authorId: 'lem' },
        { id: 'fiasco', title: 'Fiasco', pages: 322, authorId: 'lem' },
        { id: 'rose', title: 'The Name of the Rose', pages: 512, authorId: 'eco' },
      ]);
      await tag.replace('solaris', ['sea', 'space']);
      await tag.replace('fiasco', ['space']);
    });
  });

  it('are read from both sides, joined, filtered through and summed', async () => {
    await worker.run(
      async ({ book }) => {
        expect((await book.listOf('lem')).map(({ id }) => id)).toEqual(['fiasco', 'solaris']);
        expect(await book.listTitles('IT')).toEqual([{ title: 'The Name of the Rose', author: 'Eco' }]);
        expect((await book.listTagged('space')).map(({ id }) => id)).toEqual(['fiasco', 'solaris']);
        expect(await book.pagesByAuthor()).toEqual(
          new Map([
            ['Lem', 526],
            ['Eco', 512],
          ]),
        );
      },
      { readOnly: true },
    );
  });

  it('are replaced many to many, all or none', async () => {
    await worker.run(({ tag }) => tag.replace('solaris', ['ocean']));
    await expect(worker.run(({ tag }) => tag.replace('solaris', ['a', 'a']))).rejects.toThrow();
    expect((await worker.run(({ tag }) => tag.list({ bookId: 'solaris' }))).map(({ tag }) => tag)).toEqual([
      'ocean',
    ]);
  });

  it('refuse to remove what is referred to, with an error of its own', async () => {
    await expect(worker.run(({ author }) => author.delete({ id: 'lem' }))).rejects.toMatchObject({
      constructor: StillReferencedError,
      code: 'repository.still-referenced',
      constraint: 'book.authorId',
    });
    await worker.run(({ author }) => author.create({ id: 'new', name: 'New', country: 'FR' }));
    await worker.run(({ author }) => author.delete({ id: 'new' }));
  });

  it('remove what a CASCADE removes with it', async () => {
    await worker.run(({ book }) => book.delete({ id: 'solaris' }));
    expect(await worker.run(({ tag }) => tag.count({ bookId: 'solaris' }))).toBe(0);
  });

  it('keep a discarded book and what refers to it, out of every list', async () => {
    await worker.run(({ book }) => book.discard('solaris'));
    await worker.run(async ({ book, tag }) => {
      expect(await book.find({ id: 'solaris' })).toBeNull();
      expect(await book.listTitles('PL')).toEqual([{ title: 'Fiasco', author: 'Lem' }]);
      expect(await tag.count({ bookId: 'solaris' })).toBe(2);
    });
  });

  it('change a book only in the version that was read', async () => {
    const read = await worker.run(({ book }) => book.retrieve({ id: 'solaris' }));
    expect(await worker.run(({ book }) => book.rename(read, 'Solaris, a novel'))).toBe(true);
    expect(await worker.run(({ book }) => book.rename(read, 'Another'))).toBe(false);
  });

  it('take many records at once and give them back one batch at a time', async () => {
    await worker.run(async ({ book }) => {
      await book.create(
        Array.from({ length: 2_000 }, (_, nth) => ({
          id: `b${nth}`,
          title: `Volume ${nth}`,
          pages: 1,
          authorId: 'eco',
        })),
      );
      let pages = 0;
      for await (const each of book.stream({ authorId: 'eco' }, { batch: 500 })) pages += each.pages;
      expect(pages).toBe(2_512);
    });
  });

  it('hold a record for the rest of the unit', async () => {
    const order: string[] = [];
    let held = () => {};
    const isHeld = new Promise<void>((resolve) => (held = resolve));
    const holding = worker.run(async ({ author, book }) => {
      expect(await author.hold('lem')).toBe(true);
      held();
      await book.count();
      order.push('held');
    });
    await isHeld;
    await worker.run(({ author }) => author.update({ country: 'UA' }, { id: 'lem' }));
    order.push('changed');
    await holding;
    expect(order).toEqual(['held', 'changed']);
  });

  it('change one after another while they hold the same record', async () => {
    const addPage = () =>
      worker.run(
        async ({ author, book }) => {
          await author.hold('lem');
          const { pages } = await book.retrieve({ id: 'solaris' });
          await book.update({ pages: pages + 1 }, { id: 'solaris' });
        },
        { isolation: 'READ COMMITTED' },
      );
    await Promise.all(Array.from({ length: 10 }, addPage));

    expect((await worker.run(({ book }) => book.retrieve({ id: 'solaris' }))).pages).toBe(214);
  });

  it('refer to an account that exists, by its id', async () => {
    const accounts = new AccountWorker(database.dataSource);
    const lend = () =>
      worker.run(({ loan }) => loan.create({ id: 'loan', accountId: 'ada', bookId: 'rose' }));

    await expect(lend()).rejects.toMatchObject({
      code: 'repository.integrity',
      constraint: 'loan.accountId',
    });
    await accounts.run(({ account }) => account.create({ id: 'ada' }));
    await lend();

    await expect(accounts.run(({ account }) => account.delete({ id: 'ada' }))).rejects.toMatchObject({
      code: 'repository.still-referenced',
      constraint: 'loan.accountId',
    });
  });

  it('are kept in memory without their foreign keys, for tests of rules', async () => {
    const memory = new InMemoryDatabase().worker(LibraryWorker);
    await memory.run(({ loan }) => loan.create({ id: 'loan', accountId: 'ada', bookId: 'rose' }));
    expect(await memory.run(({ loan }) => loan.count({ accountId: 'ada' }))).toBe(1);
  });
});

describe('docs/guide/relations.md', () => {
  it('quotes code of examples/relations, word for word', async () => {
    const guide = await readFile('docs/guide/relations.md', 'utf8');
    const files = (await readdir('examples/relations')).filter((file) => file.endsWith('.ts'));
    const sources = await Promise.all(
      files.map(async (file) => flat(await readFile(`examples/relations/${file}`, 'utf8'))),
    );
    const quotations = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => flat(code));

    expect(quotations.length).toBeGreaterThan(8);
    expect(
      quotations.filter((code) => sources.filter((source) => source.includes(code)).length !== 1),
    ).toEqual([]);
  });
});

/** Without the depth of its lines. */
const flat = (code: string) => code.trim().replaceAll(/\n\s*/g, '\n');
