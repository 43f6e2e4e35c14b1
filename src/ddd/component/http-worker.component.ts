import { HttpService } from '@nestjs/axios';
import type { ModuleMetadata, Type } from '@nestjs/common';
import { instrumentRepository } from '../diagnostics/index.js';
import type { HttpRepositoryClasses } from '../worker/index.js';

/** Declares an HTTP worker and its repositories as providers, over the HttpModule that the module imports. */
export function httpWorkerComponent(
  worker: Type & { readonly repositories: HttpRepositoryClasses },
): Required<Pick<ModuleMetadata, 'providers' | 'exports'>> {
  const repositories = Object.values(worker.repositories).map((repository) => ({
    provide: repository,
    inject: [HttpService],
    useFactory: (http: HttpService) => instrumentRepository(new repository({ client: http.axiosRef })),
  }));
  return { providers: [worker, ...repositories], exports: [worker, ...Object.values(worker.repositories)] };
}
