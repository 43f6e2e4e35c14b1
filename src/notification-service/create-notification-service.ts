import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { HttpAdapter } from '../http/http.adapter.js';
import { applyHttpRules } from '../http/http.setup.js';
import { createLogger } from '../http/logging/logger.js';
import { NestLogger } from '../http/logging/nest-logger.js';
import { NotificationServiceModule } from './notification-service.module.js';

/**
 * Builds the program, ready to listen.
 * @throws InvalidSettingsError when MAIL_FOLDER or MAIL_TEMPLATES turns out to be unusable
 */
export async function createNotificationService(
  settings: Settings,
  logger: Logger = createLogger(settings.log),
): Promise<NestExpressApplication> {
  const assembly = await NotificationServiceModule.of(settings);
  const app = await NestFactory.create<NestExpressApplication>(assembly, new HttpAdapter(), {
    abortOnError: false,
    bodyParser: false,
    logger: new NestLogger(logger),
  });
  applyHttpRules(app, settings.http, logger);
  return app;
}
