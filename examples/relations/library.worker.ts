import { SqlWorker } from '../../src/ddd/worker/index.js';
import {
  AuthorRepository,
  BookRepository,
  BookTagRepository,
  LoanRepository,
} from './library.repositories.js';

export class LibraryWorker extends SqlWorker.with({
  author: AuthorRepository,
  book: BookRepository,
  tag: BookTagRepository,
  loan: LoanRepository,
}) {}
