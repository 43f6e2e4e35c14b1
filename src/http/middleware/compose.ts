import type { RequestHandler } from 'express';

/** Handlers as one: to each of them alone, Express would give more time than most of ours take. */
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
