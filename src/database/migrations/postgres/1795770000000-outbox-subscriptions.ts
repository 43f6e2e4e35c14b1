import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class OutboxSubscriptions1795770000000 implements NonAlteringMigration {
  readonly name = 'OutboxSubscriptions1795770000000';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_subscription" (
      "topic" character varying(100) NOT NULL,
      "consumer" character varying(100) NOT NULL,
      "since" bigint NOT NULL,
      CONSTRAINT "PK_a3524314ce9b96de88de630c28a" PRIMARY KEY ("topic", "consumer"))`);
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_copy" (
      "message_id" character varying(36) NOT NULL,
      "recorded_id" character varying(36) NOT NULL,
      CONSTRAINT "PK_726f8320721e51d976623329f82" PRIMARY KEY ("message_id"))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "outbox_copy_recorded" ON "outbox_copy" ("recorded_id")`);
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_key" (
      "topic" character varying(100) NOT NULL,
      "key" character varying(200) NOT NULL,
      "message_id" character varying(36) NOT NULL,
      CONSTRAINT "PK_f8d3bada7fdf01a93e55af67fa4" PRIMARY KEY ("topic", "key"))`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "outbox_key_message" ON "outbox_key" ("message_id")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "outbox_key_message"`);
    await runner.query(`DROP TABLE "outbox_key"`);
    await runner.query(`DROP INDEX "outbox_copy_recorded"`);
    await runner.query(`DROP TABLE "outbox_copy"`);
    await runner.query(`DROP TABLE "outbox_subscription"`);
  }
}
