import { Logger } from '@nestjs/common';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { withinTime } from '../../ddd/timing/index.js';
import { exportSpans } from './export-spans.js';

/** How long a shutdown waits for the collector. */
const maxFlushMs = 2_000;

/**
 * Sends spans to a collector, in batches and in the background. Spans that cannot be sent are dropped.
 * Sampling, batches and the collector's headers follow the variables of OpenTelemetry, which its SDK reads itself.
 * @returns a function that stops it in bounded time
 */
export function sendTraces(url: string, program: string): () => Promise<void> {
  const logger = new Logger('Tracing');
  const warn = (message: string) => logger.warn(message.slice(0, 300));
  diag.setLogger(
    { error: warn, warn, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': program }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  });
  // Our spans carry their context themselves; only the W3C format is registered.
  provider.register({ contextManager: null });
  const endSpans = exportSpans(provider.getTracer(program));
  return async () => {
    endSpans();
    const sent = provider
      .shutdown()
      .catch((error: unknown) => warn(`The last spans were not sent: ${String(error)}`));
    await withinTime(maxFlushMs, sent, () => undefined);
  };
}
