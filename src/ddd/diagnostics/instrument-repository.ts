import type { TraceSpan } from './trace-span.js';
import { traceChannels } from './trace-channels.js';

/**
 * A repository whose calls are spans while the channel has subscribers. Internal calls between its own methods are not:
 * only the outermost call comes from the rules.
 */
export function instrumentRepository<Repository extends object>(repository: Repository): Repository {
  return new Proxy(repository, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || typeof key !== 'string' || key === 'constructor') return value;
      // Called on the repository itself, because the proxy lacks its private members.
      return (...parameters: unknown[]) => {
        const work = () => Reflect.apply(value, target, parameters) as unknown;
        return traceChannels.repository.hasSubscribers
          ? call(`${target.constructor.name}.${key}`, work)
          : work();
      };
    },
  });
}

/** A method that does not return a promise still does not. */
function call(name: string, work: () => unknown): unknown {
  const step: TraceSpan = { name, startedAt: performance.now() };
  const end = () => traceChannels.repository.end(step);
  return traceChannels.repository.begin(step, () => {
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
