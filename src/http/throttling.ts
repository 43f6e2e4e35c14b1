import { Injectable } from '@nestjs/common';
import { seconds, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { Settings } from '../config/settings.js';

/** Counts requests by client address; import it once, in the assembly. */
export const Throttling = ThrottlerModule.forRootAsync({
  inject: [Settings],
  useFactory: ({ http }: Settings) => ({
    throttlers: [{ ttl: seconds(60), limit: http.rateLimitPerMinute, blockDuration: 0 }],
    skipIf: () => http.rateLimitPerMinute === 0,
    // One count for all the account routes, whichever is called.
    generateKey: (_context, client) => client,
    errorMessage: 'Too Many Requests',
  }),
});

/** Answers 429 with `Retry-After` to a client that sent its share for this minute: `@UseGuards(ThrottleAccounts)`. */
@Injectable()
export class ThrottleAccounts extends ThrottlerGuard {}
