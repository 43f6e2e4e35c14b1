import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Logger } from 'pino';
import { appErrorMapping } from './app.error-mapping.js';
import { Settings } from './config/settings.js';
import { applyHttpRules } from './http/http.setup.js';
import { createLogger } from './http/logging/logger.js';
import { NestLogger } from './http/logging/nest-logger.js';
import { requireNewPasswords } from './identity/new-password.rules.js';
import { serveOpenApi } from './openapi/openapi.setup.js';
import { documentRefreshCookie } from './resource/session/docs/refresh-cookie.docs.js';
import { PasswordPolicy } from './modules/user/index.js';

/**
 * Everything about the app that is not in its modules: called by main and by tests alike, before `init` or `listen`.
 * @param logger by default one that writes to stdout as the settings say
 */
export function setUpApp(
  app: NestExpressApplication,
  logger: Logger = createLogger(app.get(Settings).log),
): void {
  const settings = app.get(Settings);
  const { http, session } = settings;
  const passwords = new PasswordPolicy(settings);
  app.useLogger(new NestLogger(logger));
  applyHttpRules(app, http, logger, appErrorMapping);
  requireNewPasswords(passwords);
  if (passwords.warning) logger.warn(passwords.warning);
  serveOpenApi(app, (document) => {
    documentPasswordLength(document, passwords.minLength);
    if (session.signIn === 'token') documentSignInTokens(document);
    if (session.cookie) documentRefreshCookie(document);
  });
}

function documentPasswordLength(document: OpenAPIObject, minLength: number): void {
  const details = document.components?.schemas?.['UserDetails'];
  if (details && 'properties' in details)
    Object.assign(details.properties?.['password'] ?? {}, { minLength });
}

/** Documents the response of the start of a session. */
function documentSignInTokens({ paths }: OpenAPIObject): void {
  const response = paths['/session/']?.post?.responses['200'];
  Object.assign(paths['/user/signin/']?.post?.responses ?? {}, { 200: response });
}
