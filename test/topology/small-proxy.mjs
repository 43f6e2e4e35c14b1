import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** A replacement for nginx: the rules of ops/nginx.conf that the walk depends on. */
export async function startSmallProxy({ port, replicas }) {
  let next = 0;
  const server = createServer(async (incoming, outgoing) => {
    const chunks = await incoming.toArray();
    const forwarded = [incoming.headers['x-forwarded-for'], incoming.socket.remoteAddress].filter(Boolean);
    const headers = {
      ...incoming.headers,
      'x-request-id': incoming.headers['x-request-id'] ?? crypto.randomUUID(),
      'x-forwarded-for': forwarded.join(', '),
    };
    const first = next++;
    // Two passes, as in ops/nginx.conf.
    for (let left = 2 * replicas.length; left > 0; left--) {
      const address = replicas[(first + left) % replicas.length];
      const response = await ask(address, incoming, headers, Buffer.concat(chunks)).catch(() => undefined);
      if (!response || (response.statusCode === 503 && left > 1)) continue;
      outgoing.writeHead(response.statusCode, response.headers);
      return response.pipe(outgoing);
    }
    outgoing.writeHead(503, { 'content-type': 'application/json' });
    outgoing.end('{"status_code":503,"detail":"Service Unavailable","error":"HTTPException"}');
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    name: 'the small proxy',
    lines: [],
    stop: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

function ask(address, { method, url }, headers, body) {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    request({ host, port, method, path: url, headers, agent: false }, resolve).on('error', reject).end(body);
  });
}
