import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('parent')
export class Parent {
  @PrimaryColumn('integer')
  id!: number;
}

/** Deleted with its parent. */
@Entity('child')
export class Child {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { name: 'parent_id' })
  parentId!: number;

  @ManyToOne(() => Parent, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'parent_id' })
  parent?: Parent;
}
