import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from '../../repository/index.js';

/** How far the ticks of a schedule are recorded. */
@Entity('outbox_schedule')
export class OutboxSchedule {
  /** The topic of its ticks. */
  @PrimaryColumn('varchar', { length: 100 })
  topic!: string;

  /** The last recorded tick, in epoch milliseconds. */
  @Column(epoch('ticked_at'))
  tickedAt!: number;
}
