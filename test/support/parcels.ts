import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';

const wrapped = { to: (text?: string) => text && `<${text}>`, from: (text?: string) => text?.slice(1, -1) };

export class Size {
  @Column('integer')
  width!: number;

  @Column('integer', { name: 'high', nullable: true })
  height!: number | null;
}

@Entity('depot')
export class Depot {
  @PrimaryColumn('varchar')
  code!: string;
}

/** Every kind of column that TypeORM knows beside the plain ones. */
@Entity('parcel')
export class Parcel {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('varchar', { default: 'new' })
  state!: string;

  @Column({ type: 'varchar', update: false })
  sender!: string;

  @Column('simple-json', { nullable: true })
  labels!: readonly string[] | null;

  @Column('varchar', { transformer: wrapped })
  content!: string;

  @Column(() => Size)
  size!: Size;

  @Column('varchar', { name: 'depot', nullable: true })
  depotCode!: string | null;

  @ManyToOne(() => Depot, { nullable: true })
  @JoinColumn({ name: 'depot' })
  depot?: Depot | null;

  @VersionColumn()
  version!: number;

  @CreateDateColumn()
  createdAt!: Date;

  @UpdateDateColumn()
  updatedAt!: Date;

  @DeleteDateColumn()
  deletedAt!: Date | null;
}

@Entity('numbered')
export class Numbered {
  @PrimaryGeneratedColumn('increment')
  number!: number;

  @Column('varchar', { default: 'none' })
  word!: string;
}

@Entity('place')
export class Place {
  @PrimaryColumn('varchar')
  name!: string;

  @Column('geometry')
  at!: object;
}

export class PlaceRepository extends SqlTableRepository<Place> {
  protected readonly entity = Place;
}
export class ParcelRepository extends SqlTableRepository<Parcel> {
  protected readonly entity = Parcel;
}
export class NumberedRepository extends SqlTableRepository<Numbered> {
  protected readonly entity = Numbered;
}

export const parcelEntities = [Depot, Parcel, Numbered];
