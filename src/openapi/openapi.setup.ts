import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Express } from 'express';
import { declaredRoutes } from '../http/access/declared-routes.js';
import { documentAccess } from './access-docs.js';
import { documentIdempotency } from './idempotency-docs.js';
import { apiInfo } from './api-info.js';
import { documentRequestId } from './request-id-docs.js';
import { applySchemaConventions } from './schema-conventions.js';
import { docsFilesOnly, docsHeaders, serveDocsPage } from './docs-page.js';

/** Adjusts the document to the settings of this process. */
export type Adjustment = (document: OpenAPIObject) => void;

/** Serves the OpenAPI document at `/schema/` and Swagger UI at `/docs/`, from local files only. */
export function serveOpenApi(app: NestExpressApplication, adjust: Adjustment): void {
  const express: Express = app.getHttpAdapter().getInstance();
  const document = createDocument(app);
  const routes = declaredRoutes(app);
  documentAccess(document, routes);
  documentIdempotency(document, routes);
  adjust(document);
  documentRequestId(document);
  documentTags(document);
  applySchemaConventions(document);
  app.use('/docs', docsHeaders);
  express.get('/docs', serveDocsPage(document.info.title));
  app.use('/docs', docsFilesOnly);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'schema',
    raw: ['json'],
    // Do not call the validator on the internet.
    swaggerOptions: { validatorUrl: null },
  });
}

function createDocument(app: NestExpressApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(apiInfo.title)
    .setDescription(apiInfo.description)
    .setVersion(apiInfo.version)
    .addTag('User', 'Accounts: create, sign in, activate, deactivate')
    .addTag('Session', 'Sign in, stay signed in, sign out; verify who is')
    .addTag('Info', 'What this API is')
    .build();
  const { openapi, info, paths, ...rest } = SwaggerModule.createDocument(app, about, {
    autoTagControllers: false,
  });
  const { contact: _, ...described } = info;
  return {
    openapi,
    info: {
      ...described,
      license: { name: apiInfo.license, identifier: apiInfo.license } as object as License,
    },
    paths: withTrailingSlash(paths),
    ...rest,
  };
}

type License = NonNullable<OpenAPIObject['info']['license']>;

/** Declares the tags that operations have: those described above, then others in the order in which they come. */
function documentTags(document: OpenAPIObject): void {
  const used = new Set(
    Object.values(document.paths).flatMap((item) =>
      Object.values(item as Record<string, { readonly tags?: readonly string[] }>).flatMap(
        ({ tags = [] }) => tags,
      ),
    ),
  );
  const described = (document.tags ?? []).filter(({ name }) => used.delete(name));
  const others = [...used].map((name) => ({ name, description: `The collection of ${name}` }));
  document.tags = [...described, ...others];
}

/** Paths that end like a file name keep it; all others end with a slash. */
function withTrailingSlash(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      /\.\w+$/.test(path) ? path : path.replace(/\/*$/, '/'),
      item,
    ]),
  );
}
