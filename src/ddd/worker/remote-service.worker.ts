import { ServiceRepository } from '../repository/index.js';
import { HttpWorker } from './http.worker.js';

/**
 * Talks to a remote service, and says whether it is there: readiness asks each such worker.
 *
 *     export class DeliveryWorker extends RemoteServiceWorker.with({ mail: MailRepository }) {}
 */
export class RemoteServiceWorker extends HttpWorker.with({ service: ServiceRepository }) {
  /** Resolves once the service has responded, with any status. @throws RemoteServiceError when there was no response */
  reach(signal?: AbortSignal): Promise<void> {
    return this.run(({ service }) => service.reach(), signal ? { signal } : {});
  }
}
