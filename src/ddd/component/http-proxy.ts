import type { AxiosRequestConfig } from 'axios';

/**
 * The proxy configuration for a client of this address. The variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY apply,
 * except to this machine itself, which a proxy could not reach.
 */
export const proxyFor = (baseURL?: string): Pick<AxiosRequestConfig, 'proxy'> =>
  baseURL !== undefined && isLoopback(new URL(baseURL).hostname) ? { proxy: false } : {};

/** localhost with its subdomains (RFC 6761), 127.0.0.0/8, ::1, and IPv4-mapped IPv6. `URL` has made each canonical. */
function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  return (
    /^(.+\.)?localhost$/.test(host) ||
    /^127(\.\d+){3}$/.test(host) ||
    /^\[::(1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/.test(host)
  );
}
