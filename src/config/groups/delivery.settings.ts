import { dayMs, secondMs } from '../duration.js';
import { setting } from '../setting.js';
import { serviceUrl, integer } from '../validators.js';

export const deliverySettings = {
  notification: {
    url: setting('NOTIFICATION_SERVICE_URL', serviceUrl, {
      example: 'http://notifications:8001',
      meaning: 'URL of the notification service; without it the bundled one runs beside the API',
      isCommon: true,
    }),
    timeoutMs: setting('NOTIFICATION_TIMEOUT_MS', integer(100, 30 * secondMs), {
      default: 10 * secondMs,
      meaning: 'Maximum duration of one delivery; the lease of a message is three times as long',
    }),
  },
  outbox: {
    concurrency: setting('OUTBOX_CONCURRENCY', integer(1, 200), {
      default: 20,
      meaning: 'Maximum number of deliveries in flight',
    }),
    retryForMs: setting('OUTBOX_RETRY_FOR_MS', integer(0, 365 * dayMs), {
      default: dayMs,
      meaning: 'Minimum time for which a message is retried before it becomes a dead letter',
    }),
    retentionMs: setting('OUTBOX_RETENTION_MS', integer(0, 365 * dayMs), {
      default: 7 * dayMs,
      meaning: 'How long the row of a delivered message is kept; its content is deleted at once',
    }),
  },
};
