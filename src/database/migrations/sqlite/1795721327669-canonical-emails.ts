import type { QueryRunner } from 'typeorm';
import { canonicalizeEmails } from '../../emails/canonicalize-emails.js';
import type { RowMigration } from '../../schema/row-migration.js';

/** Version 0.1 stored addresses trimmed and put through `toLowerCase`. */
export class CanonicalEmails1795721327669 implements RowMigration {
  readonly name = 'CanonicalEmails1795721327669';
  readonly changesRowsOnly = true;

  async up(runner: QueryRunner): Promise<void> {
    await canonicalizeEmails(runner);
  }

  /** What an address was before is not known any more; the form is one that the older program accepts too. */
  async down(): Promise<void> {}
}
