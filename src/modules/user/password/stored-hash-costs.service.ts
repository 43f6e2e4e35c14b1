import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { UserRepository } from '../user.repository.js';
import { Passwords } from './passwords.service.js';

/** More kinds of hashes than any number of settings and peppers makes: each is one more scan of the table. */
const maxKinds = 20;
/** What all hashes of one cost and pepper begin with. */
const kind = /^(?:\$[^$]*){3}\$/;

/**
 * With strict privacy, finds out before the first request what the stored hashes cost: otherwise the first guess at an
 * account with a cheaper hash would be answered sooner than all others.
 */
@Injectable()
export class StoredHashCosts implements OnApplicationBootstrap {
  readonly #logger = new Logger(StoredHashCosts.name);

  constructor(
    private readonly settings: Settings,
    private readonly users: UserRepository,
    private readonly passwords: Passwords,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.account.privacy === 'disclose') return;
    try {
      await this.#read();
    } catch (error) {
      this.#logger.warn(
        `What the stored hashes cost could not be read, so the first guesses may tell who has an account: ${String(error)}`,
      );
    }
  }

  async #read(): Promise<void> {
    const kinds: string[] = [];
    while (kinds.length < maxKinds) {
      const hash = await this.users.findHashUnlike(kinds);
      if (hash === null) return;
      this.passwords.meet(hash);
      kinds.push(kind.exec(hash)?.[0] ?? hash);
    }
  }
}
