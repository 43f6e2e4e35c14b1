import { Controller, Module } from '@nestjs/common';
import { components } from '../../src/ddd/component/index.js';
import { collectionOf } from '../../src/rest/collection-of.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { Note, Tag } from './note.entities.js';
import { NoteResource, NoteWorker, TagResource } from './note.resource.js';

const owned = {
  verbs: ['create', 'retrieve', 'update', 'partialUpdate', 'delete', 'list'],
  access: 'owner',
  owner: 'ownerId',
} as const;

@Controller('note')
class Notes extends RestController({
  ...collectionOf(Note, ['id', 'title', 'pinned']),
  ...owned,
  resource: NoteResource,
}) {}

@Controller('tag')
class Tags extends RestController({
  ...collectionOf(Tag, ['id', 'noteId', 'name']),
  ...owned,
  resource: TagResource,
}) {}

@Module({ controllers: [Notes, Tags], ...components(NoteWorker, NoteResource, TagResource) })
export class NoteModule {}

export const noteErrorMapping = {
  'note.pin-limit': { status: 409, detail: 'Three notes are pinned' },
  'tag.others-note': { status: 409, detail: 'The caller has no such note' },
};
