import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class IdempotencyRecords1795748741250 implements NonAlteringMigration {
  readonly name = 'IdempotencyRecords1795748741250';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "idempotency_record" (
      "id" varchar(64) PRIMARY KEY NOT NULL,
      "fingerprint" varchar(64) NOT NULL,
      "lease_token" varchar(36) NOT NULL,
      "lease_until" bigint NOT NULL,
      "expires_at" bigint NOT NULL,
      "status" integer,
      "body" text,
      "content_type" text,
      "location" text,
      "etag" text)`);
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "idempotency_record_expiry" ON "idempotency_record" ("expires_at")`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "idempotency_record_expiry"`);
    await runner.query(`DROP TABLE "idempotency_record"`);
  }
}
