import { Entity, PrimaryColumn } from 'typeorm';

/** A date that each database keeps in its own way. */
@Entity('dated')
export class DatedEntity {
  @PrimaryColumn('timestamp')
  at!: Date;
}
