import { HttpService } from '@nestjs/axios';
import type { ModuleMetadata, Type } from '@nestjs/common';
import type { HttpRepositoryClasses } from '../worker/index.js';
import { workerComponent } from './worker-component.js';

/** Declares an HTTP worker and its repositories as providers, over the HttpModule that the module imports. */
export const httpWorkerComponent = (
  worker: Type & { readonly repositories: HttpRepositoryClasses },
): Required<Pick<ModuleMetadata, 'providers' | 'exports'>> =>
  workerComponent(worker, HttpService, (Repository, http) => new Repository({ client: http.axiosRef }));
