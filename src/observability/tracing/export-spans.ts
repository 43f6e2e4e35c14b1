import { AsyncLocalStorage } from 'node:async_hooks';
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import { CodedError } from '../../ddd/error/index.js';
import { TraceChannel, traceChannels } from '../../ddd/diagnostics/index.js';
import type { TraceSpan } from '../../ddd/diagnostics/index.js';
import { requestSpans } from '../../http/middleware/request-spans.js';
import type { RequestSpan } from '../../http/middleware/request-spans.js';

/** The channels that become spans, with their kind. */
const traced: readonly (readonly [TraceChannel, SpanKind])[] = [
  [traceChannels.unit, SpanKind.INTERNAL],
  [traceChannels.repository, SpanKind.INTERNAL],
  [traceChannels.record, SpanKind.PRODUCER],
  [traceChannels.delivery, SpanKind.CONSUMER],
  [traceChannels.remote, SpanKind.CLIENT],
  [new TraceChannel('queue'), SpanKind.INTERNAL],
  [new TraceChannel('hash'), SpanKind.INTERNAL],
];

/**
 * Exports a span for each traced operation, under its parent or the remote span that it continues.
 * @returns a function that stops it
 */
export function exportSpans(tracer: Tracer): () => void {
  const current = new AsyncLocalStorage<Context>();
  const spans = new WeakMap<TraceSpan, Span>();

  const begin = (step: TraceSpan, name: string, kind: SpanKind): Context => {
    const around = step.continues
      ? propagation.extract(ROOT_CONTEXT, { traceparent: step.continues })
      : (current.getStore() ?? ROOT_CONTEXT);
    const span = tracer.startSpan(name, { kind }, around);
    spans.set(step, span);
    const inside = trace.setSpan(around, span);
    const carrier: { traceparent?: string } = {};
    propagation.inject(inside, carrier);
    if (carrier.traceparent) step.traceParent = carrier.traceparent;
    return inside;
  };
  const end = (step: TraceSpan) => {
    const span = spans.get(step);
    if (step.outcome) span?.setAttribute('step.outcome', step.outcome);
    if (step.error !== undefined) fail(span, step.error);
    span?.end();
  };
  const endRequest = (step: RequestSpan) => {
    const { name: method, route = 'unknown', status = 0 } = step;
    spans
      .get(step)
      ?.updateName(`${method} ${route}`)
      .setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
      })
      .setStatus({ code: status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET });
    end(step);
  };

  const ends = [
    requestSpans.enter(current, (step) => begin(step, step.name, SpanKind.SERVER)),
    requestSpans.watch(endRequest),
    ...traced.flatMap(([channel, kind]) => [
      channel.enter(current, (step) => begin(step, `${channel.kind} ${step.name}`, kind)),
      channel.watch(end),
    ]),
  ];
  return () => ends.forEach((stop) => stop());
}

/** Only the code or the class: an error message can contain personal data. */
function fail(span: Span | undefined, error: unknown): void {
  const type =
    error instanceof CodedError ? String(error.code) : error instanceof Error ? error.name : typeof error;
  span?.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}
