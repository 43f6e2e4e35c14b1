/** One piece of work, as subscribers see it. Contains nothing personal. */
export interface TraceSpan {
  /** Which one of its kind: a class, a method, a topic. One of few values, never taken from input. */
  readonly name: string;
  /** When it began, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** The W3C traceparent of the cause, where that happened in another span, process or request. */
  readonly continues?: string;
  /** The W3C traceparent of the span itself; set by the tracer, and passed on to other programs. */
  traceParent?: string;
  /** The outcome, where success or failure does not describe it completely. */
  outcome?: string;
  /** The error that it threw. */
  error?: unknown;
}
