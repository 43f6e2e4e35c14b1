#!/usr/local/bin/node
// Accepts mails like Mailpit, and shows the recipients, in the image that replaces it (base-images.sh).
import { createServer } from 'node:http';

if (process.argv[2] === 'readyz')
  fetch('http://127.0.0.1:8025/readyz').then(
    ({ ok }) => process.exit(ok ? 0 : 1),
    () => process.exit(1),
  );
else await serve();

async function serve() {
  const { SMTPServer } = await import('smtp-server');
  const mails = [];
  new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, { envelope }, done) => {
      stream.resume().on('end', () => {
        mails.push(...envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  }).listen(1025, '0.0.0.0');
  const answer = (url) => (url === '/readyz' ? 'ok' : mails.join('\n'));
  createServer(({ url }, response) => response.end(answer(url))).listen(8025, '0.0.0.0');
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
}
