import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class AccountHistory1795769394790 implements NonAlteringMigration {
  readonly name = 'AccountHistory1795769394790';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "account_event" (
      "seq" BIGSERIAL NOT NULL,
      "account_id" character varying(36) NOT NULL,
      "kind" character varying(40) NOT NULL,
      "actor" character varying(10) NOT NULL,
      "detail" character varying(100),
      "count" integer,
      "at" bigint NOT NULL,
      CONSTRAINT "PK_d8e763de2e11b71115a548085c7" PRIMARY KEY ("seq"))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "account_event_age" ON "account_event" ("at")`);
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "account_event_account" ON "account_event" ("account_id", "seq")`,
    );
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "account_message" (
      "message_id" character varying(36) NOT NULL,
      "account_id" character varying(36) NOT NULL,
      "recorded_at" bigint NOT NULL,
      CONSTRAINT "PK_0151ade24351955c80769321812" PRIMARY KEY ("message_id"))`);
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "account_message_age" ON "account_message" ("recorded_at")`,
    );
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "account_message_account" ON "account_message" ("account_id", "recorded_at")`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "account_message_account"`);
    await runner.query(`DROP INDEX "account_message_age"`);
    await runner.query(`DROP TABLE "account_message"`);
    await runner.query(`DROP INDEX "account_event_account"`);
    await runner.query(`DROP INDEX "account_event_age"`);
    await runner.query(`DROP TABLE "account_event"`);
  }
}
