import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { Settings } from '../config/settings.js';
import { stopOnSignals } from '../http/shutdown/stop-on-signals.js';
import { createNotificationService } from './create-notification-service.js';
import { Mailer } from './mail/mailer.js';

try {
  await start();
} catch (error) {
  console.error(explained(error));
  process.exit(1);
}

/** With `--bundled PORT` it runs as a child of the API: on loopback, telling its address to its parent. */
async function start(): Promise<void> {
  const { bundled } = parseArgs({ options: { bundled: { type: 'string' } } }).values;
  const settings = Settings.ofThisProcess();
  const { host, port } = bundled
    ? { host: '127.0.0.1', port: Number(bundled) }
    : settings.notificationService;
  const app = await createNotificationService(settings);

  const stop = stopOnSignals({
    graceMs: settings.http.shutdownGraceMs,
    stop: () => app.close(),
    // Ctrl-C reaches the whole group, and the parent still delivers while it stops: the parent's word ends this process,
    // or the parent's end, however sudden.
    ...(bundled && { signals: ['SIGTERM'] }),
  });
  if (bundled) {
    process.on('SIGINT', () => undefined);
    process.once('disconnect', () => stop('the API has ended'));
  }

  if (bundled && !process.connected) return stop('the API has ended');
  await app.listen(port, host);
  const url = await app.getUrl();
  new Logger('NotificationService').log(`Listening on ${url}, mails go to ${app.get(Mailer).destination}`);
  process.send?.({ url });
}

function explained(error: unknown): unknown {
  if (error instanceof InvalidSettingsError) return error.message;
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return taken
    ? `${(error as Error).message}. Stop what listens there, or set another NOTIFICATION_PORT`
    : error;
}
