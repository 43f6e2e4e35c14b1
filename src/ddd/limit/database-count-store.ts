import { createHmac } from 'node:crypto';
import type { SqlScope } from '../repository/index.js';
import type { Count } from './count.js';
import { CountStore } from './count-store.js';
import { LimitCountRepository } from './limit-count.repository.js';
import { partsOf } from './limit.js';
import type { LimitKey } from './limit.js';

/** What keys are hashed with: a secret that all processes of a database share. */
export abstract class LimitSecret {
  abstract readonly bytes: Buffer;
}

/** Characters of a hash: 128 bits, which makes collisions negligible. */
const hashLength = 32;

/** Counts in the database, under keyed hashes of their keys. */
export class DatabaseCountStore extends CountStore {
  readonly #counts: LimitCountRepository;

  /** @param scope a data source, or a unit of work */
  constructor(
    scope: SqlScope,
    private readonly secret: LimitSecret,
  ) {
    super();
    this.#counts = new LimitCountRepository(scope);
  }

  /** The same counts within a unit of work. */
  within(unit: SqlScope): DatabaseCountStore {
    return new DatabaseCountStore(unit, this.secret);
  }

  async read(limit: string, key: LimitKey): Promise<Count | null> {
    const found = await this.#counts.find({ name: limit, key: this.hash(limit, key) });
    if (!found) return null;
    const { count, pending, since, expiresAt } = found;
    return { count, pending, since, expiresAt };
  }

  replace(limit: string, key: LimitKey, count: Count | null, next: Count | null): Promise<boolean> {
    return this.#counts.replace(limit, this.hash(limit, key), count, next);
  }

  /** All counts of an owner together. */
  async total(limit: string, owner: string): Promise<number> {
    const found = await this.#counts.list({ name: limit, key: { startsWith: this.hash(limit, owner) } });
    return found.reduce((sum, { count }) => sum + count, 0);
  }

  /** Forgets every count of an owner. @returns how many there were */
  async forget(limit: string, owner: string): Promise<number> {
    return this.#counts.drop({ name: limit, key: { startsWith: this.hash(limit, owner) } });
  }

  /** The key in the table: a keyed hash of the owner, and one of the rest of the key. */
  hash(limit: string, key: LimitKey): string {
    const hash = (part: string) =>
      createHmac('sha256', this.secret.bytes).update(`${limit}\n${part}`).digest('hex').slice(0, hashLength);
    const [owner = '', ...rest] = partsOf(key);
    return rest.length ? `${hash(owner)}.${hash(rest.join('\n'))}` : hash(owner);
  }
}
