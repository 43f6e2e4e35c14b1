import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class OutboxSchedules1795772000000 implements NonAlteringMigration {
  readonly name = 'OutboxSchedules1795772000000';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_schedule" (
      "topic" character varying(100) NOT NULL,
      "ticked_at" bigint NOT NULL,
      CONSTRAINT "PK_56589b64c20cb9425b30b3e7c39" PRIMARY KEY ("topic"))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "outbox_schedule"`);
  }
}
