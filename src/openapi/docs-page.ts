import type { RequestHandler } from 'express';
import { HttpError } from '../http/errors/http.error.js';

/** The files that the page of Swagger UI loads. The package has another 10 MB: source maps, other bundles, a demo. */
const files = new Set([
  '/swagger-ui.css',
  '/swagger-ui-bundle.js',
  '/swagger-ui-standalone-preset.js',
  '/swagger-ui-init.js',
  '/favicon-16x16.png',
  '/favicon-32x32.png',
]);

/** Swagger UI has inline styles but no inline scripts. Cached for five minutes, so that a new version shows soon. */
export const docsHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'Cache-Control': 'public, max-age=300',
  });
  next();
};

/** The page, for a title that needs no escaping. Its links work with and without a trailing slash and under any prefix. */
export function serveDocsPage(title: string): RequestHandler {
  return (request, response) => {
    const base = request.path.endsWith('/') ? './' : './docs/';
    response.type('html').send(page(title, base));
  };
}

/** Responds with 404 to every other file of the Swagger UI package. */
export const docsFilesOnly: RequestHandler = (request, _response, next) => {
  if (files.has(request.path)) return next();
  throw new HttpError(404);
};

const page = (title: string, base: string) => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${base}swagger-ui.css">
<link rel="icon" type="image/png" sizes="32x32" href="${base}favicon-32x32.png">
<link rel="icon" type="image/png" sizes="16x16" href="${base}favicon-16x16.png">
<link rel="alternate" type="application/json" href="${base}../schema/">
<style>
body { margin: 0; }
.document { margin: 0; padding: 0.75rem 1.25rem; font: 0.875rem sans-serif; text-align: right; }
</style>
</head>
<body>
<p class="document"><a href="${base}../schema/">OpenAPI document (JSON)</a></p>
<div id="swagger-ui"></div>
<script src="${base}swagger-ui-bundle.js"></script>
<script src="${base}swagger-ui-standalone-preset.js"></script>
<script src="${base}swagger-ui-init.js"></script>
</body>
</html>
`;
