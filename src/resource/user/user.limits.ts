import type { Settings } from '../../config/settings.js';
import type { RouteLimit } from '../../http/limit/limited.decorator.js';

const minute = 60_000;
const day = 86_400_000;

/** Requests to the routes that check passwords or create accounts, all together. */
export const accountRequests = ({ http }: Settings): RouteLimit => ({
  name: 'requests',
  max: http.rateLimitPerMinute,
  perMs: minute,
});

/** Requests to create an account, whatever becomes of them. */
export const signUps = ({ limits }: Settings): RouteLimit => ({
  name: 'sign-ups',
  max: limits.signUpsPerDay,
  perMs: day,
  store: 'database',
});
