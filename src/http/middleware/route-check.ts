import type { Express, RequestHandler } from 'express';
import { HttpError } from '../errors/http.error.js';

/**
 * Rejects requests that no route matches before a byte of the body is read: 404 for an unknown path, 405 with `Allow`
 * for a known one. Answers OPTIONS. Handlers mounted on a path (static files) count as a path that serves GET.
 */
export function routeCheck(express: Express): RequestHandler {
  // As many as there are routes without parameters, with and without the last slash.
  const known = new Map<string, ReadonlySet<string>>();
  return (request, response, next) => {
    const { path } = request;
    const allowed = known.get(path) ?? methodsOf(express, path, known);
    if (!allowed.size) throw new HttpError(404);
    const allow = () => [...allowed].join(', ');
    if (request.method === 'OPTIONS') response.status(204).set('Allow', allow()).end();
    else if (allowed.has(request.method)) next();
    else throw new HttpError(405, undefined, { Allow: allow() });
  };
}

/** @param known gets them where the path itself is a route: each of those is compared with all routes once */
function methodsOf(express: Express, path: string, known: Map<string, ReadonlySet<string>>): Set<string> {
  const layers = layersAt(express, path);
  const methods = new Set<string>();
  for (const layer of layers) {
    if (!layer.route) methods.add('GET');
    for (const method in layer.route?.methods) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  if (methods.size) methods.add('OPTIONS');
  if (layers.some(({ route }) => route && withoutSlash(route.path) === withoutSlash(path)))
    known.set(path, methods);
  return methods;
}

const withoutSlash = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path);

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
