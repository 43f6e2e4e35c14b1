import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { dayMs } from '../../../ddd/timing/index.js';
import { KeySecret } from '../../../modules/session/index.js';

export const deviceTokenLifetimeMs = 365 * dayMs;
/** How many accounts a device stays known to; of more, the one signed in to longest ago is forgotten. */
const maxAccounts = 10;
/** Needs no encoding in a cookie. */
const separator = '~';

/** `DEVICE.EXPIRY.SIGNATURE` */
interface DeviceToken {
  readonly text: string;
  readonly device: string;
  readonly content: string;
  readonly signature: string;
}

/**
 * Recognizes clients that have signed in to an account before, so that guesses by others do not keep them out. A client
 * holds a token for each account. It proves nothing else: it is signed, bound to the e-mail of the account, and not stored.
 */
@Injectable()
export class DeviceTokens {
  constructor(private readonly secret: KeySecret) {}

  /**
   * What a client is to hold that has just signed in: a token for this account, and those that it has for others.
   * @param held what it holds now, if anything
   */
  issue(email: string, held: string | undefined): string {
    const tokens = tokensIn(held);
    const known = tokens.find((token) => this.#isOf(email, token));
    // A device that is known stays the same one.
    const device = known?.device ?? randomBytes(16).toString('base64url');
    const content = `${device}.${(Date.now() + deviceTokenLifetimeMs).toString(36)}`;
    const others = tokens.filter((token) => token !== known).map(({ text }) => text);
    return [`${content}.${this.#sign(email, content)}`, ...others.slice(0, maxAccounts - 1)].join(separator);
  }

  /** @returns the device; undefined unless the client holds a valid token for this account */
  deviceOf(email: string, held: string | undefined): string | undefined {
    return tokensIn(held).find((token) => this.#isOf(email, token))?.device;
  }

  #isOf(email: string, { content, signature }: DeviceToken): boolean {
    return timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(email, content)));
  }

  #sign(email: string, content: string): string {
    return createHmac('sha256', this.secret.derive('device tokens'))
      .update(`${content}\n${email}`)
      .digest('base64url');
  }
}

/** The tokens that have not expired. Whether they are ours shows only with the e-mail of their account. */
const tokensIn = (held = ''): DeviceToken[] =>
  held.split(separator, maxAccounts).flatMap((text) => {
    const [, content = '', device = '', expiry = '', signature = ''] =
      /^(([\w-]{22})\.([0-9a-z]{1,11}))\.([\w-]{43})$/.exec(text) ?? [];
    return content && Number.parseInt(expiry, 36) > Date.now() ? [{ text, device, content, signature }] : [];
  });
