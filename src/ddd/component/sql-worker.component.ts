import type { ModuleMetadata, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { buildRepository } from '../worker/index.js';
import type { SqlRepositoryClasses } from '../worker/index.js';
import { workerComponent } from './worker-component.js';

/**
 * Declares a worker and its repositories as providers. An injected repository is outside units of work: each of its
 * statements commits on its own. A start fails with the name of an unsupported entity.
 */
export const sqlWorkerComponent = (
  worker: Type & { readonly repositories: SqlRepositoryClasses },
): Required<Pick<ModuleMetadata, 'providers' | 'exports'>> =>
  workerComponent(worker, DataSource, buildRepository);
