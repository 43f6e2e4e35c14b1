import type { QueryRunner } from 'typeorm';
import type { NonAlteringMigration } from '../../schema/non-altering-migration.js';

export class OutboxConsumers1795721630890 implements NonAlteringMigration {
  readonly name = 'OutboxConsumers1795721630890';
  readonly altersNoTable = true;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
    CREATE TABLE IF NOT EXISTS "outbox_consumer" (
      "owner" varchar(100) NOT NULL,
      "topic" varchar(100) NOT NULL,
      "seen_at" bigint NOT NULL,
      "held_since" bigint,
      "probe_at" bigint,
      "reason" varchar(500),
      PRIMARY KEY ("owner", "topic"))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "outbox_consumer"`);
  }
}
