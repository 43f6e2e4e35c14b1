import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger as PinoLogger } from 'pino';
import { ConfigModule } from './config/config.module.js';
import { InvalidSettingsError } from './config/invalid-settings.error.js';
import { logWithoutSettings, processVariables, readProcessSettings } from './config/process-settings.js';
import type { Settings } from './config/settings.js';
import { DatabaseStartError } from './database/database-start.error.js';
import { DuplicateHandlerError } from './ddd/outbox/index.js';
import { UndeclaredAccessError } from './http/access/assert-access.js';
import { listen, ListenError } from './http/listen.js';
import { createLogger } from './http/logging/logger.js';
import { NestLogger } from './http/logging/nest-logger.js';
import { reportStartFailure } from './http/logging/start-failure.js';
import { stopOnSignals } from './http/shutdown/stop-on-signals.js';
import { startBundledNotificationService } from './notification-service/bundled.js';

const explained = [
  InvalidSettingsError,
  DatabaseStartError,
  DuplicateHandlerError,
  UndeclaredAccessError,
  ListenError,
];

/** Once the settings are known. */
let log: PinoLogger | undefined;

try {
  await start();
} catch (error) {
  reportStartFailure(error, log ?? createLogger(logWithoutSettings()), explained);
  process.exit(1);
}

async function start(): Promise<void> {
  const variables = processVariables();
  const warnings: string[] = [];
  const read = readProcessSettings((warning) => warnings.push(warning), variables);
  log = createLogger(read.log);
  for (const warning of warnings) log.warn(warning);
  // Side by side: each of the two takes half a second, most of it for loading modules.
  const [bundled, { AppModule }, { setUpApp }, { HttpAdapter }] = await Promise.all([
    read.notification.url ? undefined : startBundledNotificationService(variables),
    import('./app.module.js'),
    import('./app.setup.js'),
    import('./http/http.adapter.js'),
  ]);
  const settings: Settings = bundled
    ? { ...read, notification: { ...read.notification, url: bundled.url } }
    : read;
  const root = { module: AppModule, imports: [ConfigModule.with(settings)] };
  const app = await NestFactory.create<NestExpressApplication>(root, new HttpAdapter(), {
    bodyParser: false,
    // From the first line on, because a start may log what it waits for.
    logger: new NestLogger(log, ['ExceptionHandler']),
    abortOnError: false,
  });
  setUpApp(app, log);
  stopOnSignals({
    graceMs: settings.http.shutdownGraceMs,
    stop: async () => {
      await app.close();
      // It serves until the last delivery has ended.
      await bundled?.stop();
    },
    abandon: () => bundled?.kill(),
  });
  await listen(app, settings.http);
  const logger = new Logger('AccountService');
  const url = await app.getUrl();
  logger.log(`API ${url}/`);
  logger.log(`Docs ${url}/docs/`);
  const { address } = settings.database;
  logger.log(address.kind === 'sqlite' ? `Database ${address.file}` : 'Database PostgreSQL');
  logger.log(`Notifications by ${settings.notification.url}`);
}
