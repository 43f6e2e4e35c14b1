import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { acceptedType } from './body-type.js';
import { parseForm, parseJson } from './body-parse.js';
import { HttpRefusal } from './http-refusal.js';

/** Reads the body into an object: JSON or a form, UTF-8, at most `limit` bytes, also when compressed; `{}` for none. */
export function readBody(limit: number): (RequestHandler | ErrorRequestHandler)[] {
  return [
    checkType,
    express.raw({ type: ({ method }) => hasBody(method), limit }),
    explainFailure(limit),
    parse,
  ];
}

const checkType: RequestHandler = (request, _response, next) => {
  if (hasBody(request.method) && !acceptedType(request.headers['content-type']))
    throw new HttpRefusal(415, 'Send application/json or application/x-www-form-urlencoded, in UTF-8');
  next();
};

/** The reader's own words quote the body or tell its inner workings. */
const explainFailure =
  (limit: number): ErrorRequestHandler =>
  (error: { type?: string; status?: number }, _request, _response, next) => {
    if (error instanceof HttpRefusal) return next(error);
    if (error.status === 413) return next(new HttpRefusal(413, `The body may have at most ${limit} bytes`));
    if (error.status === 415)
      return next(new HttpRefusal(415, 'Send the body as it is, or with gzip, deflate or br'));
    return next(new HttpRefusal(400, 'The body could not be read'));
  };

const parse: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  const form = acceptedType(request.headers['content-type']) === 'form';
  request.body = Buffer.isBuffer(bytes) && bytes.length ? (form ? parseForm : parseJson)(bytes) : {};
  next();
};

/** What GET and HEAD carry means nothing and is left unread. */
function hasBody(method = ''): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
