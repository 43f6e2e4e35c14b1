import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class OutboxSchedules1795772000000 implements NonAlteringMigration {
  readonly name = 'OutboxSchedules1795772000000';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_schedule" (
      "topic" varchar(100) PRIMARY KEY NOT NULL,
      "ticked_at" bigint NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "outbox_schedule"`);
  }
}
