import type { Settings } from '../../config/settings.js';

/**
 * The URL that traces are sent to, by OpenTelemetry's own rules; undefined when tracing is off.
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/)
 */
export function tracesUrl({ endpoint, tracesEndpoint, exporter }: Settings['tracing']): string | undefined {
  if (exporter === 'none') return undefined;
  if (tracesEndpoint) return tracesEndpoint;
  if (endpoint) return `${endpoint}/v1/traces`;
  return exporter === 'otlp' ? 'http://localhost:4318/v1/traces' : undefined;
}
