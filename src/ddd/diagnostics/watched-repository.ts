import type { Step } from './step.js';
import { steps } from './steps.js';

/**
 * A repository whose calls are steps while somebody watches. Calls of its own methods among each other are not: the
 * outermost one is what the rules asked for.
 */
export function watchedRepository<Repository extends object>(repository: Repository): Repository {
  return new Proxy(repository, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || typeof key !== 'string' || key === 'constructor') return value;
      // Called on the repository itself, whose private members the proxy has not.
      return (...parameters: unknown[]) => {
        const work = () => Reflect.apply(value, target, parameters) as unknown;
        return steps.repository.isWatched ? call(`${target.constructor.name}.${key}`, work) : work();
      };
    },
  });
}

/** A method that gives no promise keeps giving none. */
function call(name: string, work: () => unknown): unknown {
  const step: Step = { name, startedAt: performance.now() };
  const end = () => steps.repository.end(step);
  return steps.repository.begin(step, () => {
    const result = work();
    if (!(result instanceof Promise)) end();
    else
      result.then(end, (error: unknown) => {
        step.error = error;
        end();
      });
    return result;
  });
}
