import { traceChannels, instrumentRepository } from '../diagnostics/index.js';
import { SqlTableRepository } from '../repository/index.js';

/** Repositories by the names under which a worker provides them; each is built on the worker's scope. */
export type RepositoryClasses<Scope> = Readonly<Record<string, new (scope: Scope) => object>>;

/** The instances of repository classes, under the same names. */
export type Repositories<Classes extends RepositoryClasses<never>> = {
  readonly [Name in keyof Classes]: InstanceType<Classes[Name]>;
};

/** The type of a repository that leaves its unit of work, where it would be refused. */
export interface OnlyInsideItsUnit {
  readonly 'a repository lives only inside its unit of work': never;
}

/** What leaves a unit of work: its result, unless that is a repository, all of them, or the unit itself. */
export type Outside<Classes extends RepositoryClasses<never>, Unit, Result> = keyof Classes extends never
  ? Result
  : Result extends Unit | InstanceType<Classes[keyof Classes]> | Repositories<Classes>
    ? OnlyInsideItsUnit
    : Result;

/** Adds these classes; one under the same name replaces the existing one. */
export type Extended<Own, More> = Omit<Own, keyof More> & More;

/** What a worker class offers besides running: the methods that its subclasses inherit. */
export type Methods<Worker> = Omit<Worker, 'run' | 'idempotently' | 'join'>;

export function buildRepositories<Scope, Classes extends RepositoryClasses<Scope>>(
  classes: Classes,
  scope: Scope,
): Repositories<Classes> {
  const hasSubscribers = traceChannels.repository.hasSubscribers;
  const built = Object.entries(classes).map(([name, Repository]) => {
    const repository = buildRepository(Repository, scope);
    return [name, hasSubscribers ? instrumentRepository(repository) : repository] as const;
  });
  return Object.fromEntries(built) as Repositories<Classes>;
}

/** @throws TypeError when a repository does not support its entity */
export function buildRepository<Scope, Built extends object>(
  Repository: new (scope: Scope) => Built,
  scope: Scope,
): Built {
  const repository = new Repository(scope);
  SqlTableRepository.assertSupported(repository);
  return repository;
}
