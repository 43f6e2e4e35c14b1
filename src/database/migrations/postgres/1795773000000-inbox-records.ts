import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class InboxRecords1795773000000 implements NonAlteringMigration {
  readonly name = 'InboxRecords1795773000000';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "inbox_record" (
      "key" character varying(200) NOT NULL,
      "expires_at" bigint NOT NULL,
      CONSTRAINT "PK_7a70f2d2ddbdf52d06f95da99d3" PRIMARY KEY ("key"))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "inbox_record_expiry" ON "inbox_record" ("expires_at")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "inbox_record_expiry"`);
    await runner.query(`DROP TABLE "inbox_record"`);
  }
}
