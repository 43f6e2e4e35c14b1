import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { envelope } from '../errors/envelope.js';
import type { OpenResponses } from '../shutdown/open-responses.js';

/** What Node's parser gives up on, and the status that tells it. Anything else is a plain 400. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Answers with the envelope what is no HTTP request at all, and so never reaches a route; then hangs up. The answers to
 * the requests before it on the same connection go first.
 */
export function respondToBrokenRequests(server: Server, logger: Logger, responses: OpenResponses): void {
  const broken = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Whatever follows on this connection is broken, too.
    if (broken.has(socket)) return;
    broken.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroySoon();
    void afterEarlier(socket, responses).then((isHalfAnswered) => {
      // An answer that has begun must not be mixed with another one.
      if (!isHalfAnswered && socket.writable) {
        const status = statuses[error.code ?? ''] ?? 400;
        const id = randomUUID();
        logger.info({ id, status, code: error.code }, 'request refused');
        socket.write(rawResponse(status, id));
      }
      socket.destroySoon();
    });
  });
}

/**
 * Waits for the answers to requests that arrived whole.
 * @returns whether the answer to the broken request, where it had reached a route, has begun
 */
async function afterEarlier(socket: Socket, responses: OpenResponses): Promise<boolean> {
  const open = responses.of(socket);
  const complete = open.filter(({ req }) => req.complete);
  await Promise.all(complete.map((response) => once(response, 'close')));
  return open.some((response) => !complete.includes(response) && response.headersSent);
}

function rawResponse(status: number, id: string): string {
  const body = JSON.stringify(envelope(status));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
