import { Entity } from 'typeorm';
import { BooleanField, IdField, OwnerField, ReferenceField, TextField } from '../../src/ddd/field/index.js';

/** A note of an account. */
@Entity('note')
export class Note {
  @IdField() id!: string;
  @OwnerField() ownerId!: string;
  @TextField({ length: 200 }) title!: string;
  @BooleanField() pinned!: boolean;
}

/** A word by which a note is found. */
@Entity('tag')
export class Tag {
  @IdField() id!: string;
  @OwnerField() ownerId!: string;
  @ReferenceField({ to: 'note', column: 'note_id' }) noteId!: string;
  @TextField({ length: 40 }) name!: string;
}
