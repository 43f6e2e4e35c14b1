import { Entity, PrimaryColumn } from 'typeorm';

/** A date that each database stores in its own way. */
@Entity('dated')
export class DatedEntity {
  @PrimaryColumn('timestamp')
  at!: Date;
}
