import type { Request } from 'express';
import type { DeclaredRoute } from '../access/declared-routes.js';

/** Whether a request is for a deletion whose route takes a body. */
export function deletionWithBody(routes: readonly DeclaredRoute[]): (request: Request) => boolean {
  const patterns = routes
    .filter(({ method, takesBody }) => method === 'DELETE' && takesBody)
    .map(({ path }) => segmentsOf(path));
  return ({ method, path }) => {
    if (method !== 'DELETE') return false;
    const segments = segmentsOf(path);
    return patterns.some(
      (pattern) =>
        pattern.length === segments.length &&
        pattern.every((part, index) => part.startsWith(':') || part === segments[index]),
    );
  };
}

const segmentsOf = (path: string) => path.split('/').filter(Boolean);
