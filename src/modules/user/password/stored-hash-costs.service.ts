import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import { UserRepository } from '../user.repository.js';
import type { HashKind } from '../user.repository.js';
import { Passwords } from './passwords.service.js';

/** More kinds of hashes than settings, peppers and imports make. */
const maxKinds = 20;
/** What all hashes of one algorithm, cost and pepper begin with, in each format that has such a beginning. */
const beginning = /^(?:\$2[aby]\$\d\d\$|\$[a-z\d-]+\$(?:v=\d+\$)?[^$]+\$|pbkdf2_\w+\$\d+\$|sha512\$|\{\w+\})/;

function kindOf(hash: string): HashKind {
  const [startsWith] = beginning.exec(hash) ?? [];
  if (startsWith !== undefined) return { startsWith };
  // As better-auth writes them: nothing but the salt and the digest.
  return hash.includes(':') ? { contains: ':' } : { eq: hash };
}

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
    const kinds: HashKind[] = [];
    while (kinds.length < maxKinds) {
      const hash = await this.users.findHashUnlike(kinds);
      if (hash === null) return;
      this.passwords.meet(hash);
      kinds.push(kindOf(hash));
    }
  }
}
