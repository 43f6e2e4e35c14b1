import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { envelope } from '../errors/envelope.js';
import type { OpenResponses } from '../shutdown/open-responses.js';
import { corsHeaders } from './cross-site.js';

/** What Node's parser reports, with the bytes that it was reading. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** Error codes of Node's parser and their statuses. Any other is a plain 400. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Answers malformed requests, which never reach a route, with the envelope, and closes the connection. The responses to
 * earlier requests on the same connection go first.
 */
export function respondToBrokenRequests(
  server: Server,
  logger: Logger,
  responses: OpenResponses,
  corsOrigins: readonly string[],
): void {
  const broken = new WeakSet<Socket>();
  server.on('clientError', (error: ParserError, socket: Socket) => {
    // Everything that follows on this connection is malformed, too.
    if (broken.has(socket)) return;
    broken.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroySoon();
    const origin = originOf(error, socket, responses);
    void afterEarlier(socket, responses).then((hasBegun) => {
      // A response that has begun must not be mixed with another one.
      if (!hasBegun && socket.writable) {
        const status = statuses[error.code ?? ''] ?? 400;
        const id = randomUUID();
        logger.info({ id, status, code: error.code }, 'request refused');
        socket.write(rawResponse(status, { 'X-Request-Id': id, ...corsHeaders(corsOrigins, origin) }));
      }
      socket.destroySoon();
    });
  });
}

/**
 * Waits for the responses to complete earlier requests.
 * @returns whether the response to the broken request, if it had reached a route, has begun
 */
async function afterEarlier(socket: Socket, responses: OpenResponses): Promise<boolean> {
  const open = responses.of(socket);
  const complete = open.filter(({ req }) => req.complete);
  await Promise.all(complete.map((response) => once(response, 'close')));
  return open.some((response) => !complete.includes(response) && response.headersSent);
}

/** The origin of the page that sent it, as far as its headers were read. */
function originOf({ rawPacket }: ParserError, socket: Socket, responses: OpenResponses): string | undefined {
  const routed = responses.of(socket).find(({ req }) => !req.complete);
  if (routed) return routed.req.headers.origin;
  return /^origin:[ \t]*(\S+)/im.exec(rawPacket?.toString('latin1') ?? '')?.[1];
}

function rawResponse(status: number, headers: Readonly<Record<string, string>>): string {
  const body = JSON.stringify(envelope(status));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
