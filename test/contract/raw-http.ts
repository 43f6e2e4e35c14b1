import { connect } from 'node:net';

/** Sends raw bytes on one connection; resolves with everything received once the server closes it. */
export function sendRaw(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let response = '';
    socket.on('data', (bytes) => (response += bytes.toString('utf8')));
    socket.on('close', () => resolve(response));
    socket.on('error', reject);
    for (const piece of pieces) socket.write(piece);
  });
}

/** The last response on the wire, with its body parsed. */
export function lastResponse(wire: string): { status: number; headers: Map<string, string>; body: string } {
  const start = [...wire.matchAll(/HTTP\/1\.1 \d{3} /g)].at(-1)?.index ?? 0;
  const [head = '', body = ''] = wire.slice(start).split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => line.split(': ', 2) as [string, string]);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body,
  };
}
