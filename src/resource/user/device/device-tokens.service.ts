import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeySecret } from '../../../modules/session/index.js';

const year = 365 * 86_400_000;
export const deviceTokenLifetimeMs = year;

/**
 * Recognizes clients that have signed in to an account before, so that guesses by others do not keep them out. A token
 * proves nothing else. It is signed, and stored nowhere: `DEVICE.EXPIRY.SIGNATURE`, bound to the e-mail of the account.
 */
@Injectable()
export class DeviceTokens {
  constructor(private readonly secret: KeySecret) {}

  /** A token for a client that has just signed in; a device that has one already stays the same device. */
  issue(email: string, previous: string | undefined): string {
    const device = this.deviceOf(email, previous) ?? randomBytes(16).toString('base64url');
    const content = `${device}.${(Date.now() + deviceTokenLifetimeMs).toString(36)}`;
    return `${content}.${this.#sign(email, content)}`;
  }

  /** @returns the device; undefined unless the token is one of ours, for this account, and has not expired */
  deviceOf(email: string, token: string | undefined): string | undefined {
    const [, content = '', device, expiry = '', signature = ''] =
      /^(([\w-]{22})\.([0-9a-z]{1,11}))\.([\w-]{43})$/.exec(token ?? '') ?? [];
    if (device === undefined || Number.parseInt(expiry, 36) <= Date.now()) return undefined;
    return timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(email, content)))
      ? device
      : undefined;
  }

  #sign(email: string, content: string): string {
    return createHmac('sha256', this.secret.derive('device tokens'))
      .update(`${content}\n${email}`)
      .digest('base64url');
  }
}
