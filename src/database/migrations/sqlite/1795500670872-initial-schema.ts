import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InitialSchema1795498807588 implements MigrationInterface {
  readonly name = 'InitialSchema1795498807588';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE "user" (
      "id" varchar(36) PRIMARY KEY NOT NULL,
      "name" varchar(200) NOT NULL,
      "surname" varchar(200) NOT NULL,
      "email" varchar(254) NOT NULL,
      "password" varchar(200) NOT NULL,
      "active" boolean NOT NULL,
      CONSTRAINT "UQ_e12875dfb3b1d92d7d7c5377e22" UNIQUE ("email"))`);
    await runner.query(`
    CREATE TABLE "outbox_attempt" (
      "message_id" varchar(36) NOT NULL,
      "number" integer NOT NULL,
      "started_at" bigint NOT NULL,
      "duration" integer NOT NULL,
      "outcome" varchar(10) NOT NULL,
      "status" integer,
      "error" varchar(500),
      PRIMARY KEY ("message_id", "number"))`);
    await runner.query(`
    CREATE TABLE "outbox_message" (
      "seq" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      "id" varchar(36) NOT NULL,
      "topic" varchar(100) NOT NULL,
      "partition_key" varchar(200),
      "payload" text,
      "state" varchar(10) NOT NULL,
      "attempts" integer NOT NULL,
      "available_at" bigint NOT NULL,
      "lease_owner" varchar(100),
      "lease_token" integer NOT NULL,
      "lease_until" bigint,
      "last_error" varchar(500),
      "created_at" bigint NOT NULL,
      "trace_parent" varchar(55),
      "changed_at" bigint NOT NULL,
      "done_at" bigint,
      CONSTRAINT "UQ_2f36ee5236f2793f3e7bd554589" UNIQUE ("id"),
      CONSTRAINT "outbox_message_state" CHECK ("state" IN ('pending', 'leased', 'done', 'dead', 'discarded')))`);
    await runner.query(
      `CREATE INDEX "outbox_message_ended" ON "outbox_message" ("state", "done_at") WHERE "state" IN ('done', 'discarded')`,
    );
    await runner.query(
      `CREATE INDEX "outbox_message_dead" ON "outbox_message" ("seq") WHERE "state" = 'dead'`,
    );
    await runner.query(
      `CREATE INDEX "outbox_message_undelivered" ON "outbox_message" ("created_at") WHERE "state" IN ('pending', 'leased')`,
    );
    await runner.query(
      `CREATE INDEX "outbox_message_partition" ON "outbox_message" ("partition_key", "seq") WHERE "state" IN ('pending', 'leased') AND "partition_key" IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "outbox_message_leased" ON "outbox_message" ("lease_until") WHERE "state" = 'leased'`,
    );
    await runner.query(
      `CREATE INDEX "outbox_message_due" ON "outbox_message" ("topic", "available_at", "seq") WHERE "state" = 'pending'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "outbox_message_due"`);
    await runner.query(`DROP INDEX "outbox_message_leased"`);
    await runner.query(`DROP INDEX "outbox_message_partition"`);
    await runner.query(`DROP INDEX "outbox_message_undelivered"`);
    await runner.query(`DROP INDEX "outbox_message_dead"`);
    await runner.query(`DROP INDEX "outbox_message_ended"`);
    await runner.query(`DROP TABLE "outbox_message"`);
    await runner.query(`DROP TABLE "outbox_attempt"`);
    await runner.query(`DROP TABLE "user"`);
  }
}
