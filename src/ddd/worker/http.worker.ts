import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { AxiosInstance } from 'axios';
import type { HttpScope } from '../repository/index.js';
import { UnitClosedError } from './worker.errors.js';
import { buildRepositories } from './repository-classes.js';
import type { Extended, Methods, Outside, Repositories, RepositoryClasses } from './repository-classes.js';

export type HttpRepositoryClasses = RepositoryClasses<HttpScope>;

type HttpWorkerClass<Classes extends HttpRepositoryClasses, Worker = HttpWorker<Classes>> = (new (
  http: HttpService,
) => Worker) & { readonly repositories: Classes; readonly with: typeof HttpWorker.with };

/** Runs work over a set of HTTP repositories, with the vocabulary of `SqlWorker` but no transaction to undo. */
@Injectable()
export class HttpWorker<Classes extends HttpRepositoryClasses = Record<never, never>> {
  static readonly repositories: Record<never, never> = {};

  constructor(private readonly http: HttpService) {}

  /** A worker class with these repositories in addition to those of the class it is called on, and with its methods. */
  static with<Own extends HttpRepositoryClasses, Parent, const More extends HttpRepositoryClasses>(
    this: { readonly repositories: Own; readonly prototype: Parent },
    more: More,
  ): HttpWorkerClass<Extended<Own, More>, HttpWorker<Extended<Own, More>> & Methods<Parent>> {
    const Base = this as unknown as HttpWorkerClass<Own>;
    return class extends Base {
      static override readonly repositories = { ...Base.repositories, ...more };
    } as never;
  }

  /**
   * Runs work and returns its result. Its writes stay when it throws.
   * @param signal aborts the requests in flight
   */
  async run<Result>(
    work: (repositories: Repositories<Classes>) => Promise<Result>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Outside<Classes, never, Result>> {
    const { repositories } = this.constructor as HttpWorkerClass<Classes>;
    const scope = new HttpRunScope(this.http.axiosRef, signal);
    try {
      const result = await work(buildRepositories<HttpScope, Classes>(repositories, scope));
      return result as Outside<Classes, never, Result>;
    } finally {
      scope.end();
    }
  }
}

/** Serves the repositories of one run, and refuses them after its end. */
class HttpRunScope implements HttpScope {
  #isOpen = true;

  constructor(
    private readonly http: AxiosInstance,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** @throws UnitClosedError after the end of the run */
  get client(): AxiosInstance {
    if (!this.#isOpen) throw new UnitClosedError();
    return this.http;
  }

  end(): void {
    this.#isOpen = false;
  }
}
