import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a process with two consumers dies, or nowhere. */
export const consumerCrashes = [
  'after claim',
  'before the effect',
  'after the effect',
  'inside done',
  'after done',
] as const;
export type ConsumerCrash = (typeof consumerCrashes)[number] | 'nowhere';

/** What a consumer has done with a message, once for each time. */
@Entity('effect')
export class Effect {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 20 })
  consumer!: string;

  @Column('varchar', { length: 20 })
  text!: string;
}
