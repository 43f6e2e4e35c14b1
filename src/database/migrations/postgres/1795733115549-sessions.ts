import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class Sessions1795733115549 implements NonAlteringMigration {
  readonly name = 'Sessions1795733115549';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "account_permission" (
      "account_id" character varying(36) NOT NULL,
      "name" character varying(100) NOT NULL,
      "granted_at" bigint NOT NULL,
      CONSTRAINT "PK_2b7e269076e0d1ea2f2a386ff9d" PRIMARY KEY ("account_id", "name"))`);
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "refresh_token" (
      "hash" character varying(64) NOT NULL,
      "session_id" character varying(36) NOT NULL,
      "generation" integer NOT NULL,
      "used_at" bigint,
      "successor_salt" character varying(64),
      CONSTRAINT "PK_1e2b7fe50cf96dbd9f4712f88bf" PRIMARY KEY ("hash"))`);
    await runner.query(
      `CREATE UNIQUE INDEX IF NOT EXISTS "refresh_token_session" ON "refresh_token" ("session_id", "generation")`,
    );
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "session" (
      "id" character varying(36) NOT NULL,
      "account_id" character varying(36) NOT NULL,
      "client" character varying(200),
      "created_at" bigint NOT NULL,
      "last_used_at" bigint NOT NULL,
      "expires_at" bigint NOT NULL,
      "ended_at" bigint,
      "end_reason" character varying(20),
      CONSTRAINT "PK_f55da76ac1c3ac420f444d2ff11" PRIMARY KEY ("id"))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "session_expiry" ON "session" ("expires_at")`);
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "session_live" ON "session" ("account_id", "last_used_at") WHERE "ended_at" IS NULL`,
    );
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "signing_key" (
      "id" character varying(32) NOT NULL,
      "public_key" character varying(43) NOT NULL,
      "private_key" character varying(500),
      "state" character varying(10) NOT NULL,
      "created_at" bigint NOT NULL,
      "activated_at" bigint,
      "ended_at" bigint,
      CONSTRAINT "signing_key_state" CHECK ("state" IN ('next', 'current', 'retired', 'revoked')),
      CONSTRAINT "PK_5cc161da020c79bb3ac9953edae" PRIMARY KEY ("id"))`);
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
