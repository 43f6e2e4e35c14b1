/** Declares workers, their repositories and HTTP clients as Nest providers. The public API of this block. */
export { HttpClientModule } from './http-client.module.js';
export { proxyFor } from './http-proxy.js';
export { httpWorkerComponent } from './http-worker.component.js';
export { sqlWorkerComponent } from './sql-worker.component.js';
