import type { Settings } from '../../config/settings.js';
import { minuteMs } from '../../ddd/timing/index.js';
import type { RouteLimit } from './limited.decorator.js';

/** The requests of a network to all routes with this limit, together: RATE_LIMIT_PER_MINUTE. */
export const networkRequests = ({ http }: Settings): RouteLimit => ({
  name: 'requests',
  max: http.rateLimitPerMinute,
  perMs: minuteMs,
});
