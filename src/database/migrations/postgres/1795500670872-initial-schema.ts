import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InitialSchema1795498807588 implements MigrationInterface {
  readonly name = 'InitialSchema1795498807588';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE "user" (
      "id" character varying(36) NOT NULL,
      "name" character varying(200) NOT NULL,
      "surname" character varying(200) NOT NULL,
      "email" character varying(254) NOT NULL,
      "password" character varying(200) NOT NULL,
      "active" boolean NOT NULL,
      CONSTRAINT "UQ_e12875dfb3b1d92d7d7c5377e22" UNIQUE ("email"),
      CONSTRAINT "PK_cace4a159ff9f2512dd42373760" PRIMARY KEY ("id"))`);
    await runner.query(`
    CREATE TABLE "outbox_attempt" (
      "message_id" character varying(36) NOT NULL,
      "number" integer NOT NULL,
      "started_at" bigint NOT NULL,
      "duration" integer NOT NULL,
      "outcome" character varying(10) NOT NULL,
      "status" integer,
      "error" character varying(500),
      CONSTRAINT "PK_3510efccffeff6cf11474207799" PRIMARY KEY ("message_id", "number"))`);
    await runner.query(`
    CREATE TABLE "outbox_message" (
      "seq" BIGSERIAL NOT NULL,
      "id" character varying(36) NOT NULL,
      "topic" character varying(100) NOT NULL,
      "partition_key" character varying(200),
      "payload" text,
      "state" character varying(10) NOT NULL,
      "attempts" integer NOT NULL,
      "available_at" bigint NOT NULL,
      "lease_owner" character varying(100),
      "lease_token" integer NOT NULL,
      "lease_until" bigint,
      "last_error" character varying(500),
      "created_at" bigint NOT NULL,
      "trace_parent" character varying(55),
      "changed_at" bigint NOT NULL,
      "done_at" bigint,
      CONSTRAINT "UQ_2f36ee5236f2793f3e7bd554589" UNIQUE ("id"),
      CONSTRAINT "outbox_message_state" CHECK ("state" IN ('pending', 'leased', 'done', 'dead', 'discarded')),
      CONSTRAINT "PK_00ec26684da6600a9df180fba54" PRIMARY KEY ("seq"))`);
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
