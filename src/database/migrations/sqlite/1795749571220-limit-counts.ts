import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class LimitCounts1795749571220 implements NonAlteringMigration {
  readonly name = 'LimitCounts1795749571220';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "limit_count" (
      "name" varchar(40) NOT NULL,
      "key" varchar(100) NOT NULL,
      "count" integer NOT NULL,
      "pending" integer NOT NULL,
      "since" bigint NOT NULL,
      "expires_at" bigint,
      PRIMARY KEY ("name", "key"))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "limit_count_expiry" ON "limit_count" ("expires_at")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "limit_count_expiry"`);
    await runner.query(`DROP TABLE "limit_count"`);
  }
}
