import type { Express, RequestHandler } from 'express';
import { HttpError } from '../errors/http.error.js';

/**
 * Rejects requests that no route matches before a byte of the body is read: 404 for an unknown path, 405 with `Allow`
 * for a known one. Answers OPTIONS. Handlers mounted on a path (static files) count as a path that serves GET.
 */
export function routeCheck(express: Express): RequestHandler {
  return (request, response, next) => {
    const allowed = methodsOf(express, request.path);
    if (!allowed.size) throw new HttpError(404);
    const allow = [...allowed].join(', ');
    if (request.method === 'OPTIONS') response.status(204).set('Allow', allow).end();
    else if (allowed.has(request.method)) next();
    else throw new HttpError(405, undefined, { Allow: allow });
  };
}

function methodsOf(express: Express, path: string): Set<string> {
  const methods = new Set<string>();
  for (const layer of layersAt(express, path)) {
    if (!layer.route) methods.add('GET');
    for (const method in layer.route?.methods) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  if (methods.size) methods.add('OPTIONS');
  return methods;
}

/** The routes and mounted handlers of this path. @throws HttpError 400 when the path is not valid */
export function layersAt(express: Express, path: string): Layer[] {
  const layers = express.router.stack as unknown as Layer[];
  return layers.filter((layer) => !layer.slash && matches(layer, path));
}

function matches(layer: Layer, path: string): boolean {
  try {
    return Boolean(layer.match(path));
  } catch {
    throw new HttpError(400, 'The path is not valid');
  }
}

/** The parts of Express's `router` that this relies on; the contract tests pin them. */
interface Layer {
  /** Mounted on no path: a middleware for every request. */
  readonly slash: boolean;
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): unknown;
}
