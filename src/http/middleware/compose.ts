import type { RequestHandler } from 'express';

/** Composes handlers into one: the per-layer overhead of Express exceeds the cost of most of them. */
export function compose(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    const runFrom = (index: number): void => {
      const handler = handlers[index];
      if (!handler) return next();
      try {
        void handler(request, response, (error?: unknown) => (error ? next(error) : runFrom(index + 1)));
      } catch (error) {
        next(error);
      }
    };
    runFrom(0);
  };
}
