import type { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import type { TraceSpan } from './trace-span.js';

/**
 * A kind of work that can be traced: a tracing channel of Node's `diagnostics_channel` called `ddd.<kind>`. Without
 * subscribers, `run` does nothing but the work.
 */
export class TraceChannel<Kind extends TraceSpan = TraceSpan> {
  readonly #channel;

  constructor(readonly kind: string) {
    this.#channel = tracingChannel<unknown, Kind>(`ddd.${kind}`);
  }

  get hasSubscribers(): boolean {
    return this.#channel.hasSubscribers;
  }

  /**
   * Runs the work as a span. With subscribers, the work receives the span, and may set its outcome.
   * @param continues the traceparent of the cause, where that is not the surrounding code
   */
  run<Result>(
    name: string,
    work: (step?: TraceSpan) => Promise<Result>,
    continues?: string | null,
  ): Promise<Result> {
    if (!this.hasSubscribers) return work();
    const step: TraceSpan = { name, startedAt: performance.now(), ...(continues && { continues }) };
    return this.#channel.tracePromise(async () => work(step), step as Kind);
  }

  /** Begins a span that ends with an event instead of a promise: the caller must call `end`. */
  begin<Result>(step: Kind, inside: () => Result): Result {
    return this.#channel.start.runStores(step, inside);
  }

  end(step: Kind): void {
    this.#channel.asyncEnd.publish(step);
  }

  /** Calls back at the end of every span. @returns a function that unsubscribes */
  watch(onEnd: (step: Kind) => void): () => void {
    const listener = (step: unknown) => onEnd(step as Kind);
    subscribe(this.#channel.asyncEnd.name, listener);
    return () => void unsubscribe(this.#channel.asyncEnd.name, listener);
  }

  /** Calls back at the beginning of every span. @returns a function that unsubscribes */
  watchBegin(onBegin: (step: Kind) => void): () => void {
    const listener = (step: unknown) => onBegin(step as Kind);
    subscribe(this.#channel.start.name, listener);
    return () => void unsubscribe(this.#channel.start.name, listener);
  }

  /**
   * Gives the code inside each span a value of its own, created when the span begins. @returns a function that
   * unsubscribes
   */
  enter<Value>(store: AsyncLocalStorage<Value>, valueFor: (step: Kind) => Value): () => void {
    this.#channel.start.bindStore(store, valueFor);
    return () => void this.#channel.start.unbindStore(store);
  }
}
