import { steps } from '../diagnostics/steps.js';
import { watchedRepository } from '../diagnostics/watched-repository.js';

/** Repositories by the name under which a worker hands them out; each is built on what the worker opened. */
export type RepositoryClasses<Scope> = Readonly<Record<string, new (scope: Scope) => object>>;

/** The instances of repository classes, under the same names. */
export type Repositories<Classes extends RepositoryClasses<never>> = {
  readonly [Name in keyof Classes]: InstanceType<Classes[Name]>;
};

export function buildRepositories<Scope, Classes extends RepositoryClasses<Scope>>(
  classes: Classes,
  scope: Scope,
): Repositories<Classes> {
  const isWatched = steps.repository.isWatched;
  const built = Object.entries(classes).map(([name, Repository]) => {
    const repository = new Repository(scope);
    return [name, isWatched ? watchedRepository(repository) : repository] as const;
  });
  return Object.fromEntries(built) as Repositories<Classes>;
}
