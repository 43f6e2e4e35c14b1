import { Column, Entity, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One column of each type that our entities may use. */
@Entity('sample')
export class Sample {
  @PrimaryGeneratedColumn()
  id?: number;

  @Column('boolean')
  flag!: boolean;

  @Column('bigint')
  big!: number | bigint;

  @Column('blob')
  bytes!: Uint8Array;

  @Column('varchar', { unique: true })
  text!: string;

  @Column('varchar', { nullable: true })
  nothing?: string | null;
}

@Entity('parent')
export class Parent {
  @PrimaryColumn('integer')
  id!: number;

  @Column('varchar')
  name!: string;
}

/** Deleted with its parent. */
@Entity('child')
export class Child {
  @PrimaryColumn('integer')
  id!: number;

  @ManyToOne(() => Parent, { onDelete: 'CASCADE', nullable: false })
  parent!: Parent;
}

export const sampleEntities = [Sample, Parent, Child];

/** Rebuilds the parents' table, as SQLite must for most changes of a column: forwards and back. */
export class RebuildParent1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await rebuild(runner, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await rebuild(runner, false);
  }
}

/** Fails halfway, with the table already rebuilt. */
export class FailHalfway1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await rebuild(runner, true);
    throw new Error('halfway');
  }

  async down(): Promise<void> {}
}

async function rebuild(runner: QueryRunner, isNullable: boolean): Promise<void> {
  const table = await runner.getTable('parent');
  const old = table?.findColumnByName('name');
  if (!table || !old) throw new Error('There is no parent.name');
  const column = old.clone();
  column.isNullable = isNullable;
  await runner.changeColumn(table, old, column);
}
