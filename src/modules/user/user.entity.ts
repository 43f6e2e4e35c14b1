import { Column, Entity, PrimaryColumn } from 'typeorm';
import { EmailField, PersonNameField } from '../../identity/identity.fields.js';

/** An account. */
@Entity('user')
export class User {
  @PrimaryColumn('varchar', { length: 36 }) id!: string;
  @PersonNameField({ example: 'John' }) name!: string;
  @PersonNameField({ example: 'Doe' }) surname!: string;

  /** The identity of the account. */
  @EmailField({ unique: true }) email!: string;

  /** An Argon2id hash in PHC format, or the hash of another program until its person signs in. */
  @Column('varchar', { length: 200 }) password!: string;
  @Column('boolean') active!: boolean;
}
