import type { IncomingMessage, Server } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { onOverflow } from '../shutdown/hang-up.js';

/** Bytes that are read of an unwanted body, so that small ones leave their connection usable. */
const minDrainedBytes = 262_144;
const maxDrainTimeMs = 5_000;

/**
 * Closes the connection of a client that continues to send a body after it was rejected; Node would read it to its end.
 */
export function limitUnreadBody(bodyLimitBytes: number): RequestHandler {
  const maxDrainedBytes = Math.max(bodyLimitBytes, minDrainedBytes);
  return (request, response, next) => {
    // It will be rejected, and not read to its end.
    if (Number(request.headers['content-length'] ?? 0) > maxDrainedBytes)
      response.setHeader('Connection', 'close');
    response.once('finish', () => {
      if (!request.complete) drain(request, maxDrainedBytes);
    });
    next();
  };
}

function drain(request: Request, maxDrainedBytes: number): void {
  const { socket } = request;
  const stopCounting = onOverflow(socket, maxDrainedBytes, () => socket.destroySoon());
  const timeout = setTimeout(() => socket.destroySoon(), maxDrainTimeMs).unref();
  const stop = () => {
    clearTimeout(timeout);
    stopCounting();
  };
  request.once('close', stop);
}

const heldBack = new WeakSet<IncomingMessage>();

/**
 * Node requests every body that a client holds back (RFC 9110, 10.1.1), even one that will be rejected. Here the route
 * requests it. Node closes the connection of a client that was not asked: what follows could be the body or a new
 * request.
 */
export function holdBackContinue(server: Server): void {
  server.on('checkContinue', (request, response) => {
    heldBack.add(request);
    server.emit('request', request, response);
  });
}

/** Requests a body that its client holds back until then. */
export function askForBody(request: Request, response: Response): void {
  if (heldBack.has(request)) response.writeContinue();
}
