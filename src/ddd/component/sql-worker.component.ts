import type { ModuleMetadata, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { instrumentRepository } from '../diagnostics/index.js';
import { buildRepository } from '../worker/index.js';
import type { SqlRepositoryClasses } from '../worker/index.js';

/**
 * Declares a worker and its repositories as providers. An injected repository is outside units of work: each of its
 * statements commits on its own. A start fails with the name of an unsupported entity.
 */
export function sqlWorkerComponent(
  worker: Type & { readonly repositories: SqlRepositoryClasses },
): Required<Pick<ModuleMetadata, 'providers' | 'exports'>> {
  const repositories = Object.values(worker.repositories).map((repository) => ({
    provide: repository,
    inject: [DataSource],
    useFactory: (dataSource: DataSource) => instrumentRepository(buildRepository(repository, dataSource)),
  }));
  return { providers: [worker, ...repositories], exports: [worker, ...Object.values(worker.repositories)] };
}
