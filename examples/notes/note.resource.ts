import { Injectable } from '@nestjs/common';
import { codedError } from '../../src/ddd/error/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import type { Change } from '../../src/ddd/resource/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { Note, Tag } from './note.entities.js';

export class NoteRepository extends SqlTableRepository.of(Note) {}
export class TagRepository extends SqlTableRepository.of(Tag) {}
export class NoteWorker extends SqlWorker.with({ note: NoteRepository, tag: TagRepository }) {}

export class PinLimitError extends codedError('note.pin-limit', 'Three notes are pinned') {}
export class OthersNoteError extends codedError('tag.others-note', 'The note belongs to another') {}

@Injectable()
export class NoteResource extends CollectionResource.of(NoteWorker, 'note') {
  /** At most three notes of an owner are pinned. */
  protected override async check({ after }: Change<Note>, { note }: { note: NoteRepository }) {
    if (after?.pinned && (await note.count({ ownerId: after.ownerId, pinned: true })) > 3)
      throw new PinLimitError();
  }
}

@Injectable()
export class TagResource extends CollectionResource.of(NoteWorker, 'tag') {
  /** A tag is on a note of its owner. */
  protected override async check({ after: tag }: Change<Tag>, { note }: { note: NoteRepository }) {
    if (tag && !(await note.count({ id: tag.noteId, ownerId: tag.ownerId }))) throw new OthersNoteError();
  }
}
