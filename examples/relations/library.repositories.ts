import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { Author } from './author.entity.js';
import { BookTag } from './book-tag.entity.js';
import { Book } from './book.entity.js';
import { Loan } from './loan.entity.js';

export class AuthorRepository extends SqlTableRepository<Author> {
  protected readonly entity = Author;

  /**
   * Locks an author until the end of the unit: a change or removal by another unit waits. An update that changes nothing
   * locks the row in the same way on both databases.
   */
  async hold(id: string): Promise<boolean> {
    return (await this.update({ id }, { id })) > 0;
  }
}

export class BookRepository extends SqlTableRepository<Book> {
  protected readonly entity = Book;

  /** One to many. */
  listOf(authorId: string): Promise<Book[]> {
    return this.list({ authorId }, { order: { title: 'asc' } });
  }

  /** A join that selects a few columns. */
  listTitles(country: string): Promise<{ title: string; author: string }[]> {
    return this.scope.manager.sql`
      SELECT b.title, a.name AS author
      FROM book b JOIN author a ON a.id = b.author_id
      WHERE a.country = ${country} AND b.deleted_at IS NULL
      ORDER BY b.title`;
  }

  /** Whole records, selected by a join: first their ids, then the records. */
  async listTagged(tag: string): Promise<Book[]> {
    const rows: { id: string }[] = await this.scope.manager.sql`
      SELECT b.id FROM book b JOIN book_tag t ON t.book_id = b.id WHERE t.tag = ${tag}`;
    return this.list({ id: { in: rows.map(({ id }) => id) } }, { order: { title: 'asc' } });
  }

  /** A sum for each author. PostgreSQL returns it as text, because it may have more digits than a JavaScript number. */
  async pagesByAuthor(): Promise<Map<string, number>> {
    const rows: { author: string; pages: string | number }[] = await this.scope.manager.sql`
      SELECT a.name AS author, SUM(b.pages) AS pages
      FROM author a JOIN book b ON b.author_id = a.id
      WHERE b.deleted_at IS NULL GROUP BY a.id, a.name`;
    return new Map(rows.map(({ author, pages }) => [author, Number(pages)]));
  }

  /** From now on, no verb sees it; the row stays, and so do the rows that refer to it. */
  async discard(id: string): Promise<boolean> {
    return (await this.update({ deletedAt: new Date() }, { id })) > 0;
  }

  /** Changes the title, unless the book has changed since this version was read. */
  async rename({ id, version }: Pick<Book, 'id' | 'version'>, title: string): Promise<boolean> {
    return (await this.update({ title }, { id, ...(version !== undefined && { version }) })) > 0;
  }
}

export class BookTagRepository extends SqlTableRepository<BookTag> {
  protected readonly entity = BookTag;

  /** Many to many: the tags of a book become exactly these. */
  async replace(bookId: string, tags: readonly string[]): Promise<void> {
    await this.drop({ bookId });
    await this.create(tags.map((tag) => ({ bookId, tag })));
  }
}

export class LoanRepository extends SqlTableRepository<Loan> {
  protected readonly entity = Loan;
}
