import { randomUUID } from 'node:crypto';
import { conditionsOf, SqlTableRepository } from '../../ddd/repository/index.js';
import { User } from './user.entity.js';

/** What the hashes of one kind have in common. */
export type HashKind =
  { readonly startsWith: string } | { readonly contains: string } | { readonly eq: string };

/** The accounts. */
export class UserRepository extends SqlTableRepository<User> {
  protected readonly entity = User;

  /** Creates an inactive account; returns null when the e-mail already has one. */
  createUnlessTaken(details: Omit<User, 'id' | 'active'>): Promise<User | null> {
    return this.createUnlessExists({ ...details, id: randomUUID(), active: false });
  }

  /** Which of these e-mails have an account. */
  async takenEmails(emails: readonly string[]): Promise<ReadonlySet<string>> {
    const taken = await this.list({ email: { in: emails } }, { limit: emails.length });
    return new Set(taken.map(({ email }) => email));
  }

  /** Writes an account as it is, and changes nothing. */
  async writeUnchanged(email: string): Promise<void> {
    await this.update({ email }, { email });
  }

  /** The hash of any account, if there is one that is of none of these kinds. */
  async findHashUnlike(kinds: readonly HashKind[]): Promise<string | null> {
    const or = kinds.map((password) => ({ password }));
    const [found] = await this.records.select({
      where: conditionsOf({ not: { or } }),
      sorting: [],
      limit: 1,
    });
    return found?.password ?? null;
  }

  /** @returns false when it was active already */
  async activate(id: string): Promise<boolean> {
    return (await this.update({ active: true }, { id, active: false })) > 0;
  }

  /**
   * Whether the account is active. In a unit of work it then stays active until the end of the unit: a deactivation
   * waits, and so does another unit that holds it.
   */
  async holdActive(id: string): Promise<boolean> {
    // An update that changes nothing locks the row in the same way on every database.
    return (await this.update({ active: true }, { id, active: true })) > 0;
  }

  /** @returns false when it was inactive already */
  async deactivate(id: string): Promise<boolean> {
    return (await this.update({ active: false }, { id, active: true })) > 0;
  }

  /** @param password its hash */
  async setPassword(id: string, password: string): Promise<void> {
    await this.update({ password }, { id });
  }

  /** @returns false when the password has changed since the account was read */
  async replacePassword({ id, password }: User, fresh: string): Promise<boolean> {
    return (await this.update({ password: fresh }, { id, password })) > 0;
  }
}
