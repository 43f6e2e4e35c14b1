import express, { type Request, type RequestHandler } from 'express';
import { acceptedType } from './body-type.js';
import { parseForm, parseJson } from './body-parse.js';
import { HttpRefusal } from './http-refusal.js';

/** Reads the body into an object: JSON or a form, UTF-8, at most `limit` bytes, also when compressed; `{}` for none. */
export function readBody(limit: number): RequestHandler {
  const read = express.raw({ type: () => true, limit });
  return (request, response, next) => {
    // What GET and HEAD carry means nothing and is left unread.
    if (request.method === 'GET' || request.method === 'HEAD') {
      request.body = {};
      return next();
    }
    checkType(request);
    read(request, response, (error?: unknown) => {
      if (error) return next(explained(error, limit));
      try {
        request.body = parsed(request);
      } catch (refusal) {
        return next(refusal);
      }
      next();
    });
  };
}

function checkType({ headers }: Request): void {
  if (!acceptedType(headers['content-type']))
    throw new HttpRefusal(415, 'Send application/json or application/x-www-form-urlencoded, in UTF-8');
}

/** The reader's own words quote the body or tell its inner workings. */
function explained(error: { type?: string; status?: number }, limit: number): HttpRefusal {
  if (error.status === 413) return new HttpRefusal(413, `The body may have at most ${limit} bytes`);
  if (error.status === 415)
    return new HttpRefusal(415, 'Send the body as it is, or with gzip, deflate or br');
  return new HttpRefusal(400, 'The body could not be read');
}

function parsed({ body, headers }: Request): object {
  if (!Buffer.isBuffer(body) || !body.length) return {};
  return acceptedType(headers['content-type']) === 'form' ? parseForm(body) : parseJson(body);
}
