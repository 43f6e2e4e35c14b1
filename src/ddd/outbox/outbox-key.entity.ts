import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key for which a message of a topic was recorded: it is recorded once, and can be cancelled. */
@Entity('outbox_key')
@Index('outbox_key_message', ['messageId'])
export class OutboxKey {
  @PrimaryColumn('varchar', { length: 100 })
  topic!: string;

  @PrimaryColumn('varchar', { length: 200 })
  key!: string;

  /** The id that the recording returned. */
  @Column('varchar', { name: 'message_id', length: 36 })
  messageId!: string;
}
