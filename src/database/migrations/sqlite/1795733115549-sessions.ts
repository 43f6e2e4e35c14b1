import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class Sessions1795733115549 implements NonAlteringMigration {
  readonly name = 'Sessions1795733115549';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "account_permission" (
      "account_id" varchar(36) NOT NULL,
      "name" varchar(100) NOT NULL,
      "granted_at" bigint NOT NULL,
      PRIMARY KEY ("account_id", "name"))`);
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "refresh_token" (
      "hash" varchar(64) PRIMARY KEY NOT NULL,
      "session_id" varchar(36) NOT NULL,
      "generation" integer NOT NULL,
      "used_at" bigint,
      "successor_salt" varchar(64))`);
    await runner.query(
      `CREATE UNIQUE INDEX IF NOT EXISTS "refresh_token_session" ON "refresh_token" ("session_id", "generation")`,
    );
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "session" (
      "id" varchar(36) PRIMARY KEY NOT NULL,
      "account_id" varchar(36) NOT NULL,
      "client" varchar(200),
      "created_at" bigint NOT NULL,
      "last_used_at" bigint NOT NULL,
      "expires_at" bigint NOT NULL,
      "ended_at" bigint,
      "end_reason" varchar(20))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "session_expiry" ON "session" ("expires_at")`);
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "session_live" ON "session" ("account_id", "last_used_at") WHERE "ended_at" IS NULL`,
    );
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "signing_key" (
      "id" varchar(32) PRIMARY KEY NOT NULL,
      "public_key" varchar(43) NOT NULL,
      "private_key" varchar(500),
      "state" varchar(10) NOT NULL,
      "created_at" bigint NOT NULL,
      "activated_at" bigint,
      "ended_at" bigint,
      CONSTRAINT "signing_key_state" CHECK ("state" IN ('next', 'current', 'retired', 'revoked')))`);
    await runner.query(
      `CREATE UNIQUE INDEX IF NOT EXISTS "signing_key_in_office" ON "signing_key" ("state") WHERE "state" IN ('next', 'current')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "signing_key_in_office"`);
    await runner.query(`DROP TABLE "signing_key"`);
    await runner.query(`DROP INDEX "session_live"`);
    await runner.query(`DROP INDEX "session_expiry"`);
    await runner.query(`DROP TABLE "session"`);
    await runner.query(`DROP INDEX "refresh_token_session"`);
    await runner.query(`DROP TABLE "refresh_token"`);
    await runner.query(`DROP TABLE "account_permission"`);
  }
}
