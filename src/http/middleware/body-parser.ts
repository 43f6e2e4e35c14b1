import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import readRaw from 'raw-body';
import { acceptedType } from './body-type.js';
import { parseForm, parseJson } from './body-parse.js';
import { HttpError } from '../errors/http.error.js';
import { askForBody } from './unread-body.js';

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Methods whose body has no meaning (RFC 9110, 9.3), and is left unread; but a deletion may take one. */
const withoutBody = ['GET', 'HEAD', 'DELETE'];

/**
 * Parses the body into an object: JSON or a form, UTF-8, at most `limitBytes`, also when compressed; `{}` without a
 * body. Rejects as early as possible: a declared length before a byte is read or requested with `100 Continue`.
 * @param takesBody whether the route of a request takes a body although its method has none
 */
export function bodyParser(
  limitBytes: number,
  takesBody: (request: Request) => boolean = () => false,
): RequestHandler {
  return (request, response, next) => {
    request.body = {};
    if (withoutBody.includes(request.method) && !takesBody(request)) return next();
    checkType(request);
    if (!hasBody(request)) return next();
    checkDeclaredLength(request, limitBytes);
    const body = decoded(request);
    askForBody(request, response);
    readRaw(body, { limit: limitBytes }, (error: { type?: string } | null, bytes?: Buffer) => {
      if (error) {
        if (body !== request) request.unpipe();
        return next(explained(error, limitBytes));
      }
      try {
        request.body = parsed(request, bytes);
      } catch (refusal) {
        return next(refusal);
      }
      next();
    });
  };
}

function checkType({ headers }: Request): void {
  if (!acceptedType(headers['content-type']))
    throw new HttpError(415, 'Send application/json or application/x-www-form-urlencoded, in UTF-8');
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function checkDeclaredLength({ headers }: Request, limitBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

const tooLarge = (limitBytes: number) => new HttpError(413, `The body may have at most ${limitBytes} bytes`);

function decoded(request: Request): Readable {
  const encoding = (request.headers['content-encoding'] || 'identity').toLowerCase();
  if (encoding === 'identity') return request;
  if (!Object.hasOwn(decoders, encoding))
    throw new HttpError(415, 'Send the body as it is, or with gzip, deflate or br');
  return request.pipe(decoders[encoding as keyof typeof decoders]());
}

/** The reader's own messages quote the body or reveal internals. */
function explained({ type }: { type?: string }, limitBytes: number): HttpError {
  return type === 'entity.too.large'
    ? tooLarge(limitBytes)
    : new HttpError(400, 'The body could not be read');
}

function parsed({ headers }: Request, bytes: Buffer = Buffer.alloc(0)): object {
  if (!bytes.length) return {};
  return acceptedType(headers['content-type']) === 'form' ? parseForm(bytes) : parseJson(bytes);
}
