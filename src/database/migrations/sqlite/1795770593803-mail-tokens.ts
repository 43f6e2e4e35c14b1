import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class MailTokens1795770593803 implements NonAlteringMigration {
  readonly name = 'MailTokens1795770593803';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "mail_token" (
      "id" varchar(36) PRIMARY KEY NOT NULL,
      "account_id" varchar(36) NOT NULL,
      "purpose" varchar(20) NOT NULL,
      "hash" varchar(64) NOT NULL,
      "code_hash" varchar(64),
      "code_expires_at" bigint NOT NULL,
      "expires_at" bigint NOT NULL,
      "created_at" bigint NOT NULL,
      "bound_to" varchar(64) NOT NULL,
      "email" varchar(254))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "mail_token_expiry" ON "mail_token" ("expires_at")`);
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "mail_token_account" ON "mail_token" ("account_id", "purpose")`,
    );
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "proven_mailbox" (
      "account_id" varchar(36) PRIMARY KEY NOT NULL,
      "proven_at" bigint NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "proven_mailbox"`);
    await runner.query(`DROP INDEX "mail_token_account"`);
    await runner.query(`DROP INDEX "mail_token_expiry"`);
    await runner.query(`DROP TABLE "mail_token"`);
  }
}
