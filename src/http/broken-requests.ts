import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { envelope } from './envelope.js';

/** What Node's parser gives up on, and the status that tells it. Anything else is a plain 400. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers with the envelope what is no HTTP request at all, and so never reaches a route; then hangs up. */
export function answerBrokenRequests(server: Server, logger: Logger): void {
  server.on(
    'clientError',
    (error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: { headersSent: boolean } }) => {
      // An answer that has begun must not be mixed with another one. Node's own handler looks at the same property.
      if (socket.writable && error.code !== 'ECONNRESET' && !socket._httpMessage?.headersSent) {
        const status = statuses[error.code ?? ''] ?? 400;
        const id = randomUUID();
        logger.info({ id, status, code: error.code }, 'request refused');
        socket.write(rawAnswer(status, id));
      }
      socket.destroySoon();
    },
  );
}

function rawAnswer(status: number, id: string): string {
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
