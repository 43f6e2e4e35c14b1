import type { Express, Request } from 'express';
import { layersAt } from './route-check.js';

/**
 * The route of a request, as the contract publishes it: one of few values, whatever is requested.
 * @returns `static` for files, `unknown` for a path that no route matches
 */
export function routeTemplate(express: Express, request: Request): string {
  const { path } = (request.route as { path: string } | undefined) ?? routeAt(express, request) ?? {};
  return path === undefined ? 'unknown' : path.replace(/^(?=\/)(.*?)\/*$/, '$1/');
}

/** For a request that was rejected before it reached its route. */
function routeAt(express: Express, { originalUrl }: Request): { path: string } | undefined {
  try {
    const layers = layersAt(express, originalUrl.split('?', 1)[0] ?? '');
    return layers.find(({ route }) => route)?.route ?? (layers.length ? { path: 'static' } : undefined);
  } catch {
    return undefined;
  }
}
