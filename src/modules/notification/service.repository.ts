import { RemoteServiceError, HttpRepository } from '../../ddd/repository/index.js';

/** The notification service itself. */
export class ServiceRepository extends HttpRepository {
  protected readonly resource = 'health';

  /**
   * Returns once the service has answered, whatever it said: a service of somebody else may know no such path.
   * @throws RemoteServiceError when there was no answer
   */
  async reach(): Promise<void> {
    try {
      await this.request({ method: 'get', url: `/${this.resource}/` });
    } catch (error) {
      if (!(error instanceof RemoteServiceError) || error.failure.status === undefined) throw error;
    }
  }
}
