import type { Settings } from '../../config/settings.js';

/**
 * Where traces are sent, by OpenTelemetry's own rules; undefined for nowhere.
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/)
 */
export function tracesUrl({ endpoint, tracesEndpoint, exporter }: Settings['tracing']): string | undefined {
  if (exporter === 'none') return undefined;
  if (tracesEndpoint) return tracesEndpoint;
  if (endpoint) return `${endpoint}/v1/traces`;
  return exporter === 'otlp' ? 'http://localhost:4318/v1/traces' : undefined;
}
