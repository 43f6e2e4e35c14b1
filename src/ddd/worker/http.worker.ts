import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { HttpScope } from '../repository/http.repository.js';
import { buildRepositories } from './repository-classes.js';
import type { Repositories, RepositoryClasses } from './repository-classes.js';

export type HttpRepositoryClasses = RepositoryClasses<HttpScope>;

type HttpWorkerClass<Classes extends HttpRepositoryClasses> = (new (
  http: HttpService,
) => HttpWorker<Classes>) & {
  readonly repositories: Classes;
};

/** Runs work over a set of HTTP repositories, with the vocabulary of `SqlWorker` but no transaction to undo. */
@Injectable()
export class HttpWorker<Classes extends HttpRepositoryClasses = Record<never, never>> {
  static readonly repositories: HttpRepositoryClasses = {};

  constructor(private readonly http: HttpService) {}

  /** A worker class with these repositories beside those of the class it is called on. */
  static with<Own extends HttpRepositoryClasses, More extends HttpRepositoryClasses>(
    this: { readonly repositories: Own },
    more: More,
  ): HttpWorkerClass<Own & More> {
    const Base = this as unknown as HttpWorkerClass<Own & More>;
    return class extends Base {
      static override readonly repositories = { ...Base.repositories, ...more };
    };
  }

  /** @param signal aborts the requests under way */
  async run<Result>(
    work: (repositories: Repositories<Classes>) => Promise<Result>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Result> {
    const { repositories } = this.constructor as HttpWorkerClass<Classes>;
    const scope = { client: this.http.axiosRef, ...(signal && { signal }) };
    return work(buildRepositories<HttpScope, Classes>(repositories, scope));
  }
}
