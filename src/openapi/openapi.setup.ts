import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { HttpRefusal } from '../http/http-refusal.js';
import { apiInfo } from './api-info.js';

/** Adjusts the document to this process: what its settings change of a schema. */
export type Adjustment = (document: OpenAPIObject) => void;

/** Serves the OpenAPI document at `/schema/` and Swagger UI, from local files alone, at `/docs/`. */
export function serveOpenApi(app: NestExpressApplication, adjust: Adjustment): void {
  const document = createDocument(app);
  adjust(document);
  app.use('/docs', contentSecurityPolicy);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'schema',
    raw: ['json'],
    customSiteTitle: apiInfo.title,
    // No call to a validator on the internet.
    swaggerOptions: { validatorUrl: null },
  });
  app.use('/docs', noSuchFile);
}

function createDocument(app: NestExpressApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(apiInfo.title)
    .setDescription(apiInfo.description)
    .setVersion(apiInfo.version)
    .addTag('User', 'Accounts: create, sign in, activate, deactivate')
    .addTag('Info', 'What this API is')
    .build();
  const { openapi, info, paths, ...rest } = SwaggerModule.createDocument(app, about, {
    autoTagControllers: false,
  });
  return { openapi, info, paths: withTrailingSlash(paths), ...rest };
}

function withTrailingSlash(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path.replace(/\/*$/, '/'), item]));
}

const noSuchFile: RequestHandler = () => {
  throw new HttpRefusal(404);
};

/** Swagger UI's page has inline styles, but no inline script. */
const contentSecurityPolicy: RequestHandler = (_request, response, next) => {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  next();
};
