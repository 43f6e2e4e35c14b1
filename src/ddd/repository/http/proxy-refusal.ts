import type { ClientRequest } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { AxiosResponse } from 'axios';
import { RemoteServiceError } from './remote.errors.js';

const proxyAuthenticationRequired = 407;

/**
 * The error of a proxy that does not let requests through to the service, whose status the client reports as the
 * service's own. Only a proxy asks for a login with 407; and a service over TLS does not respond unencrypted, so that
 * is the proxy, which has not opened the tunnel.
 */
export function proxyRefusal(
  { request, status }: AxiosResponse<unknown>,
  resource: string,
): RemoteServiceError | undefined {
  const { protocol, socket } = request as ClientRequest;
  const isTunnelRefused = protocol === 'https:' && !(socket instanceof TLSSocket);
  return isTunnelRefused || status === proxyAuthenticationRequired
    ? new RemoteServiceError(resource, { transport: `the proxy answered ${status}` })
    : undefined;
}
