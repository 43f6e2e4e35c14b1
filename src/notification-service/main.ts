import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import type { Logger as PinoLogger } from 'pino';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import {
  logWithoutSettings,
  readInheritedSettings,
  readProcessSettings,
} from '../config/process-settings.js';
import { listen, ListenError } from '../http/listen.js';
import { createLogger } from '../http/logging/logger.js';
import { reportStartFailure } from '../http/logging/start-failure.js';
import { stopOnSignals } from '../http/shutdown/stop-on-signals.js';
import { createNotificationService } from './create-notification-service.js';
import { Mailer } from './mail/mailer.js';

/** Once the settings are known. */
let log: PinoLogger | undefined;

try {
  await start();
} catch (error) {
  reportStartFailure(error, log ?? createLogger(logWithoutSettings()), [InvalidSettingsError, ListenError]);
  process.exit(1);
}

/** With `--bundled PORT` it runs as a child of the API: on loopback, reporting its address to its parent. */
async function start(): Promise<void> {
  const { bundled } = parseArgs({ options: { bundled: { type: 'string' } } }).values;
  const warnings: string[] = [];
  const settings = bundled
    ? readInheritedSettings()
    : readProcessSettings((warning) => warnings.push(warning));
  const { host, port } = bundled
    ? { host: '127.0.0.1', port: Number(bundled) }
    : settings.notificationService;
  log = createLogger(settings.log);
  for (const warning of warnings) log.warn(warning);
  const app = await createNotificationService(settings, log);

  const stop = stopOnSignals({
    graceMs: settings.http.shutdownGraceMs,
    stop: () => app.close(),
    // Ctrl-C reaches the whole process group, but the parent still delivers while it stops: this process ends when the
    // parent says so, or when the parent ends.
    ...(bundled && { signals: ['SIGTERM'] }),
  });
  if (bundled) {
    process.on('SIGINT', () => undefined);
    process.once('disconnect', () => stop('the API has ended'));
  }

  if (bundled && !process.connected) return stop('the API has ended');
  await listen(app, { port, host }, 'NOTIFICATION_');
  const url = await app.getUrl();
  new Logger('NotificationService').log(`Listening on ${url}, mails go to ${app.get(Mailer).destination}`);
  process.send?.({ url });
}
