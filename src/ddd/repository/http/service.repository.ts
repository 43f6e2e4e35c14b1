import { HttpRepository } from './http.repository.js';
import { RemoteServiceError } from './remote.errors.js';

/** A remote service itself. */
export class ServiceRepository extends HttpRepository {
  protected readonly resource = 'health';

  /**
   * Resolves once the service has responded, with any status: another implementation may not know this path.
   * @throws RemoteServiceError when there was no response
   */
  async reach(): Promise<void> {
    try {
      await this.request({ method: 'get', url: `/${this.resource}/` });
    } catch (error) {
      if (!(error instanceof RemoteServiceError) || error.failure.status === undefined) throw error;
    }
  }
}
