import type { Request, RequestHandler } from 'express';
import { HttpError } from '../errors/http.error.js';

const exposed = 'X-Request-Id, Retry-After, ETag, Location, RateLimit, RateLimit-Policy, WWW-Authenticate';
const allowed = 'Content-Type, Authorization, If-Match, If-None-Match, Idempotency-Key';
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** Seconds for which a browser may cache the response to a preflight. */
const maxAge = '600';
const reading = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The headers that let a page of a listed origin read a response, and send cookies. All vary by origin, because a cache
 * serves several.
 */
export function corsHeaders(
  origins: readonly string[],
  origin: string | undefined,
): Readonly<Record<string, string>> {
  if (!origins.length) return {};
  if (origin === undefined || !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': exposed,
    'Access-Control-Allow-Credentials': 'true',
  };
}

/** Lets pages of the listed origins read responses, errors included, and answers their preflights (CORS). */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  if (!origins.length) return (_request, _response, next) => next();
  return (request, response, next) => {
    const headers = corsHeaders(origins, request.headers.origin);
    response.set(headers);
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (isPreflight && 'Access-Control-Allow-Origin' in headers)
      response.set({
        'Access-Control-Allow-Methods': methods,
        'Access-Control-Allow-Headers': allowed,
        'Access-Control-Max-Age': maxAge,
      });
    next();
  };
}

/**
 * Refuses state-changing requests that a browser sends for a page of another origin: such a page could create accounts and
 * guess passwords through its visitors. Clients other than browsers send none of these headers and pass.
 */
export function refuseCrossSite(origins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!reading.includes(request.method) && !mayChange(request, origins))
      throw new HttpError(403, 'Pages of another origin may not do this');
    next();
  };
}

function mayChange(request: Request, origins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && origins.includes(origin)) return true;
  return site !== 'cross-site' && (origin === undefined || isOwn(origin, request.headers.host));
}

/** Whether the browser names a page of our own or of a listed origin as the sender. */
export function isFromOurPages({ headers }: Request, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  return origin !== undefined && (origins.includes(origin) || isOwn(origin, host));
}

/** Whether a page comes from the host and port that the request is for; behind a proxy its scheme may be another one. */
function isOwn(origin: string, host = ''): boolean {
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  const own = page && `${page.protocol}//${host}`;
  return (
    own !== undefined &&
    URL.canParse(own) &&
    page?.origin === origin.toLowerCase() &&
    new URL(own).host === page.host
  );
}
