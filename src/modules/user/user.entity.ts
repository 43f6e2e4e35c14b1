import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account. */
@Entity('user')
export class User {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('varchar', { length: 200 })
  surname!: string;

  /** In the canonical form of src/identity: the identity of the account. */
  @Column('varchar', { length: 254, unique: true })
  email!: string;

  /** An Argon2id hash in PHC format. */
  @Column('varchar', { length: 200 })
  password!: string;

  @Column('boolean')
  active!: boolean;
}
