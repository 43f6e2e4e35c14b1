import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Links a message that is the copy for a further consumer to the one whose id the recording returned. */
@Entity('outbox_copy')
@Index('outbox_copy_recorded', ['recordedId'])
export class OutboxCopy {
  @PrimaryColumn('varchar', { name: 'message_id', length: 36 })
  messageId!: string;

  @Column('varchar', { name: 'recorded_id', length: 36 })
  recordedId!: string;
}
