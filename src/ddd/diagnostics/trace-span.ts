/** One piece of work, as those who watch the program see it. Holds nothing personal. */
export interface TraceSpan {
  /** Which one of its kind: a class, a method, a topic. One of a few, never taken from input. */
  readonly name: string;
  /** When it began, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** The W3C traceparent of what caused it, where that happened in another step, process or request. */
  readonly continues?: string;
  /** The W3C traceparent of the step itself; written by whoever traces, and handed on to other programs. */
  traceParent?: string;
  /** How it ended, where throwing or not does not say it all. */
  outcome?: string;
  /** What it threw. */
  error?: unknown;
}
