import { minuteMs, secondMs } from '../duration.js';
import { setting } from '../setting.js';
import { hostName, port, integer, origins, trustedProxies } from '../validators.js';

export const httpSettings = {
  http: {
    host: setting('HOST', hostName, {
      default: '127.0.0.1',
      example: '0.0.0.0',
      meaning: 'Address that the API listens on',
      isCommon: true,
    }),
    port: setting('PORT', port, {
      default: 8_000,
      meaning: 'Port of the API; 0 picks a free one',
      isCommon: true,
    }),
    bodyLimitBytes: setting('BODY_LIMIT_BYTES', integer(256, 10_485_760), {
      default: 16_384,
      meaning: 'Maximum size of a request body',
    }),
    rateLimitPerMinute: setting('RATE_LIMIT_PER_MINUTE', integer(0, 1_000_000), {
      default: 120,
      example: '600',
      meaning:
        'Maximum number of requests per minute from one network (an IPv4 address, or an IPv6 /64) to the account routes; 0 lifts every limit on networks, SIGN_UPS_PER_DAY included',
      isCommon: true,
    }),
    trustedProxies: setting('TRUSTED_PROXIES', trustedProxies, {
      default: 0,
      example: '1',
      meaning:
        'Proxies in front of the API whose X-Forwarded-For is trusted: their number, or their addresses and networks, as in 10.0.0.0/8,fd00::/8',
      isCommon: true,
    }),
    corsOrigins: setting('CORS_ORIGINS', origins, {
      meaning:
        'Origins whose pages may call the API from a browser, separated by commas; its own origin always may',
      example: 'https://www.example.com,https://app.example.com',
    }),
    // Longer than a request usually takes, and with the time to answer within the 10 seconds after which Docker kills.
    shutdownGraceMs: setting('SHUTDOWN_GRACE_MS', integer(0, minuteMs), {
      default: 6 * secondMs,
      example: '25000',
      meaning:
        'How long a shutdown waits for requests and deliveries in flight before it aborts requests and returns deliveries to the queue',
    }),
    // The load balancers of the large clouds keep theirs for 60 seconds.
    keepAliveTimeoutMs: setting('KEEP_ALIVE_TIMEOUT_MS', integer(secondMs, 10 * minuteMs), {
      default: 65 * secondMs,
      meaning:
        'How long an idle connection is kept open; set it above the idle timeout of the load balancer in front',
    }),
  },
};
