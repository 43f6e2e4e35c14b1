import type { RequestHandler } from 'express';
import { HttpError } from '../errors/http.error.js';

/** `uri-host [ ":" port ]` (RFC 9110, 7.2); empty where the target has no authority. */
const wellFormed = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i;

/**
 * Rejects what RFC 9112, 3.2 requires a server to reject: HTTP/1.1 without a Host, with several, or with an invalid
 * one.
 */
export const requireHost: RequestHandler = (request, _response, next) => {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (!hosts.length && request.httpVersion === '1.1')
    throw new HttpError(400, 'HTTP/1.1 requires the Host header');
  if (hosts.length > 1) throw new HttpError(400, 'A request has exactly one Host header');
  if (!wellFormed.test(request.headers.host ?? '')) throw new HttpError(400, 'The Host header is not valid');
  next();
};
