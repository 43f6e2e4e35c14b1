import { setting } from '../setting.js';
import { hostName, oneOf, onOrOff, port, serviceUrl, url } from '../validators.js';

export const observabilitySettings = {
  log: {
    level: setting('LOG_LEVEL', oneOf('debug', 'info', 'warn', 'error', 'silent'), {
      default: 'info',
      meaning: 'Minimum level of log lines: debug, info, warn, error or silent',
    }),
    format: setting('LOG_FORMAT', oneOf('auto', 'json', 'pretty'), {
      default: 'auto',
      example: 'json',
      meaning: 'json for machines, pretty for people; auto is pretty on a terminal',
    }),
  },
  metrics: {
    enabled: setting('METRICS', onOrOff, {
      default: 'on',
      meaning: 'Serve Prometheus metrics at http://METRICS_HOST:METRICS_PORT/metrics: on or off',
    }),
    host: setting('METRICS_HOST', hostName, {
      default: '127.0.0.1',
      meaning: 'Address that the metrics are served on; do not expose it to the internet',
    }),
    port: setting('METRICS_PORT', port, {
      default: 9_464,
      meaning: 'Port of the metrics; 0 picks a free one',
    }),
  },
  outboxConsole: {
    enabled: setting('OUTBOX_CONSOLE', onOrOff, {
      default: 'off',
      example: 'on',
      meaning:
        'Show messages at http://METRICS_HOST:METRICS_PORT/outbox/, and let accounts with the permission outbox:operate retry and discard them: on or off',
    }),
  },
  timing: {
    shown: setting('SERVER_TIMING', oneOf('auto', 'on', 'off'), {
      default: 'auto',
      example: 'off',
      meaning:
        'Report in a Server-Timing header where the time of a request went: auto, on or off; auto is on unless NODE_ENV is production; ACCOUNT_PRIVACY=strict turns it off',
    }),
  },
  tracing: {
    endpoint: setting('OTEL_EXPORTER_OTLP_ENDPOINT', serviceUrl, {
      example: 'http://127.0.0.1:4318',
      meaning: 'Collector that traces are sent to by OTLP over HTTP (JSON); without it none are sent',
    }),
    tracesEndpoint: setting('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', url('http', 'https'), {
      example: 'http://127.0.0.1:4318/v1/traces',
      meaning: 'The same, as the complete URL for traces',
    }),
    exporter: setting('OTEL_TRACES_EXPORTER', oneOf('otlp', 'none'), {
      example: 'otlp',
      meaning: 'otlp sends traces, by default to http://localhost:4318; none sends none',
    }),
  },
};
