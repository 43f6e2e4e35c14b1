import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class OutboxSubscriptions1795770000000 implements NonAlteringMigration {
  readonly name = 'OutboxSubscriptions1795770000000';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_subscription" (
      "topic" varchar(100) NOT NULL,
      "consumer" varchar(100) NOT NULL,
      "since" bigint NOT NULL,
      PRIMARY KEY ("topic", "consumer"))`);
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_copy" (
      "message_id" varchar(36) PRIMARY KEY NOT NULL,
      "recorded_id" varchar(36) NOT NULL)`);
    await runner.query(`CREATE INDEX IF NOT EXISTS "outbox_copy_recorded" ON "outbox_copy" ("recorded_id")`);
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_key" (
      "topic" varchar(100) NOT NULL,
      "key" varchar(200) NOT NULL,
      "message_id" varchar(36) NOT NULL,
      PRIMARY KEY ("topic", "key"))`);
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
