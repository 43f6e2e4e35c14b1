import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

/** A stand-in for Mailpit: accepts every mail, and counts them by recipient. */
export async function startMailSink() {
  const received = new Map();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, { envelope }, done) => {
      stream.resume().on('end', () => {
        for (const { address } of envelope.rcptTo) received.set(address, (received.get(address) ?? 0) + 1);
        done();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address();
  return { port, received, stop: () => new Promise((resolve) => server.close(resolve)) };
}
