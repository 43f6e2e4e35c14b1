import { HttpService } from '@nestjs/axios';
import type { FactoryProvider, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { instrumentRepository } from '../diagnostics/index.js';
import { HttpWorker, SqlWorker, buildRepository } from '../worker/index.js';
import type { HttpRepositoryClasses, SqlRepositoryClasses } from '../worker/index.js';

/**
 * The components of a module in one list: workers, which bring their repositories, and any other injectable class. All
 * of them are exported; what others may use is decided by the module's index.ts. HTTP workers call through the client
 * that the module imports.
 *
 *     @Module(components(RegisterWorker, Passwords)) export class UserModule {}
 *
 * An injected repository is outside units of work: each of its statements commits on its own. A start fails with the
 * name of an unsupported entity.
 */
export function components(
  ...classes: readonly Type[]
): Required<Pick<ModuleMetadata, 'providers' | 'exports'>> {
  const repositories = classes.flatMap<FactoryProvider>(repositoriesOf);
  const providers: Provider[] = [...classes, ...repositories];
  return { providers, exports: [...classes, ...new Set(repositories.map(({ provide }) => provide))] };
}

function repositoriesOf(component: Type): FactoryProvider[] {
  if (isWorker<SqlRepositoryClasses>(component, SqlWorker))
    return Object.values(component.repositories).map((repository) => ({
      provide: repository,
      inject: [DataSource],
      useFactory: (scope: DataSource) => instrumentRepository(buildRepository(repository, scope)),
    }));
  if (isWorker<HttpRepositoryClasses>(component, HttpWorker))
    return Object.values(component.repositories).map((repository) => ({
      provide: repository,
      inject: [HttpService],
      useFactory: ({ axiosRef }: HttpService) => instrumentRepository(new repository({ client: axiosRef })),
    }));
  return [];
}

const isWorker = <Classes>(
  component: Type,
  worker: Type | typeof SqlWorker | typeof HttpWorker,
): component is Type & { readonly repositories: Classes } =>
  component === worker || component.prototype instanceof worker;
