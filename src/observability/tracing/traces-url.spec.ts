// Real: the settings. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/settings.js';
import { tracesUrl } from './traces-url.js';

describe('tracesUrl', () => {
  it.each([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://here:4318' }, 'http://here:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://here:4318/' }, 'http://here:4318/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://here', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://there/x' },
      'http://there/x',
    ],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://here:4318' }, undefined],
  ])('follows %j to %s', (variables, url) => {
    expect(tracesUrl(readSettings(variables).tracing)).toBe(url);
  });
});
