import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import { instrumentRepository } from '../diagnostics/index.js';

/** Declares a worker and its repositories as providers. A repository is built from what is injected. */
export function workerComponent<RepositoryClass extends Type, Injected>(
  worker: Type & { readonly repositories: Readonly<Record<string, RepositoryClass>> },
  inject: Type<Injected>,
  build: (repository: RepositoryClass, injected: Injected) => object,
): Required<Pick<ModuleMetadata, 'providers' | 'exports'>> {
  const repositories = Object.values(worker.repositories);
  const providers = repositories.map((repository): FactoryProvider => ({
    provide: repository,
    inject: [inject],
    useFactory: (injected: Injected) => instrumentRepository(build(repository, injected)),
  }));
  return { providers: [worker, ...providers], exports: [worker, ...repositories] };
}
