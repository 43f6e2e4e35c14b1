import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';

export class Size {
  @Column('integer', { nullable: true })
  width?: number | null;
}

/** As TypeScript makes an enum of numbers. */
export const Level = { 9: 'Low', 10: 'High', Low: 9, High: 10 } as const;

const asBigInt = {
  to: (value?: bigint | null) => value,
  from: (value?: string | null) => (typeof value === 'string' ? BigInt(value) : value),
};
const bracketed = {
  to: (value?: string | null) => (typeof value === 'string' ? `<${value}>` : value),
  from: (value?: string | null) => (typeof value === 'string' ? value.slice(1, -1) : value),
};

/** A column of each type that repositories support, under the same name on every backend. */
@Entity('specimen')
export class Specimen {
  @PrimaryColumn('varchar', { length: 40 })
  id!: string;

  @Column('boolean', { nullable: true })
  flag?: boolean | null;

  @Column('smallint', { nullable: true })
  small?: number | null;

  @Column('integer', { nullable: true })
  whole?: number | null;

  @Column('bigint', { nullable: true })
  big?: string | null;

  @Column('bigint', { nullable: true, transformer: asBigInt })
  bigger?: bigint | null;

  @Column('decimal', { precision: 12, scale: 2, nullable: true })
  price?: string | null;

  @Column('numeric', { precision: 15, scale: 0, nullable: true })
  quantity?: string | null;

  @Column('double precision', { nullable: true })
  ratio?: number | null;

  @Column('real', { nullable: true })
  single?: number | null;

  @Column('varchar', { length: 40, nullable: true })
  name?: string | null;

  @Column('text', { nullable: true })
  prose?: string | null;

  @Column('char', { length: 2, nullable: true })
  country?: string | null;

  @Column('uuid', { nullable: true })
  token?: string | null;

  @Column('simple-enum', { enum: ['new', 'Sent', 'Ärger'], nullable: true })
  state?: string | null;

  @Column('simple-enum', { enum: Level, nullable: true })
  level?: 9 | 10 | null;

  @Column('date', { nullable: true })
  day?: string | null;

  @Column('time', { nullable: true })
  hour?: string | null;

  @Column({ type: Date, nullable: true })
  at?: Date | null;

  @Column('timestamptz', { nullable: true })
  moment?: Date | null;

  @Column('jsonb', { nullable: true })
  document?: unknown;

  @Column('json', { nullable: true })
  letter?: unknown;

  @Column('simple-json', { nullable: true })
  note?: unknown;

  @Column('simple-array', { nullable: true })
  labels?: string[] | null;

  @Column('bytea', { nullable: true })
  bytes?: Uint8Array | null;

  @Column('varchar', { nullable: true, transformer: bracketed })
  wrapped?: string | null;

  @Column(() => Size)
  size?: Size;

  @Column('varchar', { nullable: true, select: false })
  secret?: string | null;

  @CreateDateColumn()
  createdAt?: Date;

  @UpdateDateColumn()
  updatedAt?: Date;
}

export class SpecimenRepository extends SqlTableRepository<Specimen> {
  protected readonly entity = Specimen;
}
