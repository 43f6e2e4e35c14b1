/** Declares workers, their repositories and HTTP clients as Nest providers. The public API of this block. */
export { components } from './components.js';
export { HttpClientModule } from './http-client.module.js';
export { proxyFor } from './http-proxy.js';
