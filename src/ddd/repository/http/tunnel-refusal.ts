import type { ClientRequest } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { AxiosResponse } from 'axios';
import { RemoteServiceError } from './remote.errors.js';

/**
 * The error of a proxy that does not open the tunnel to the service, whose status the client reports as the service's
 * own. The service responds over TLS, so an unencrypted response comes from the proxy.
 */
export function tunnelRefusal(
  { request, status }: AxiosResponse<unknown>,
  resource: string,
): RemoteServiceError | undefined {
  const { protocol, socket } = request as ClientRequest;
  return protocol === 'https:' && !(socket instanceof TLSSocket)
    ? new RemoteServiceError(resource, { transport: `the proxy answered ${status}` })
    : undefined;
}
