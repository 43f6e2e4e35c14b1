import type { Request, RequestHandler, Response } from 'express';

/** What is read of a body that nobody wants, so that small ones leave their connection usable. */
const maxDrainedBytes = 262_144;
const maxDrainTimeMs = 5_000;
const pollIntervalMs = 50;

/**
 * Ends the connection of a client that goes on sending a body after it has been refused; Node would read it to its end.
 * Node hands the bytes of such a body to nobody, so they are counted on the connection.
 */
export const limitUnreadBody: RequestHandler = (request, response, next) => {
  // A client that is never asked for its body may send it or not: what follows on the connection could be either.
  if (isHeldBack(request)) response.setHeader('Connection', 'close');
  response.once('finish', () => {
    if (!request.complete) drain(request);
  });
  next();
};

/** Asks for a body that its client holds back until then (RFC 9110, 10.1.1). */
export function askForBody(request: Request, response: Response): void {
  if (!isHeldBack(request)) return;
  response.removeHeader('Connection');
  response.writeContinue();
}

const isHeldBack = ({ headers }: Request): boolean => headers.expect?.toLowerCase() === '100-continue';

function drain(request: Request): void {
  const { socket } = request;
  const readBefore = socket.bytesRead;
  const endsAt = performance.now() + maxDrainTimeMs;
  const poll = setInterval(() => {
    const isTooMuch = socket.bytesRead - readBefore > maxDrainedBytes || performance.now() > endsAt;
    if (!request.complete && isTooMuch) socket.destroy();
    if (request.complete || socket.destroyed) clearInterval(poll);
  }, pollIntervalMs);
  poll.unref();
}
