import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

const wellFormed = /^[A-Za-z0-9._-]{1,64}$/;

/** Identifies the request: by its own `X-Request-Id` if that is 1 to 64 of `A-Za-z0-9._-`, otherwise by a new UUID. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  request.id = typeof given === 'string' && wellFormed.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', request.id);
  next();
};
