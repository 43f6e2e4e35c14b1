import type { QueryRunner } from 'typeorm';
import { canonicalizeEmails } from '../../emails/canonicalize-emails.js';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

/** Version 0.1 stored addresses trimmed and converted with `toLowerCase`. */
export class CanonicalEmails1795721327669 implements NonAlteringMigration {
  readonly name = 'CanonicalEmails1795721327669';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await canonicalizeEmails(runner);
  }

  /** The original spelling is not recorded; the older program accepts the canonical form too. */
  async down(): Promise<void> {}
}
