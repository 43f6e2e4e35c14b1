import { Controller } from '@nestjs/common';
import { RestController } from '../../../src/rest/rest.controller.js';
import { NoteDetails, NoteResource, NoteView } from '../note-api.js';

@Controller('note')
export class NoteController extends RestController({
  name: 'Note',
  resource: NoteResource,
  verbs: ['list', 'retrieve', 'create', 'delete'],
  access: { list: 'owner', retrieve: ['owner', 'note:read'], create: 'signed-in', delete: 'note:write' },
  owner: 'ownerId',
  view: NoteView,
  body: NoteDetails,
}) {}
