import { Logger } from '@nestjs/common';
import type { Request } from 'express';
import type { TrustedProxies } from './client-address.js';

let isReported = false;

/** Warns once of what looks like a proxy that no setting mentions: all its clients would share their limits. */
export function reportUntrustedProxy({ headers }: Request, trusted: TrustedProxies): void {
  if (isReported || trusted !== 0 || headers['x-forwarded-for'] === undefined) return;
  isReported = true;
  new Logger('Limits').warn(
    'A request has X-Forwarded-For, and TRUSTED_PROXIES is 0: if a proxy has set it, all its clients share the limits ' +
      'of one network. Set TRUSTED_PROXIES to the number of proxies, or to their networks',
  );
}
