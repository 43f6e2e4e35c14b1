import { Controller, Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import type { Caller } from '../../src/ddd/resource/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { InvalidTokenError } from '../../src/http/access/access.errors.js';
import { TokenVerifier } from '../../src/http/access/token-verifier.js';
import { HasLength, IsText } from '../../src/ddd/field/index.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { everyVerb } from './product-api.js';

/** A record that belongs to an account. */
@Entity('note')
export class Note {
  @PrimaryColumn('varchar', { length: 60 })
  id!: string;

  @Column('varchar', { name: 'owner_id', length: 60 })
  ownerId!: string;

  @Column('varchar', { length: 20 })
  title!: string;
}

export class NoteRepository extends SqlTableRepository<Note> {
  protected readonly entity = Note;
}

export class NoteWorker extends SqlWorker.with({ note: NoteRepository }) {}

export class NoteDetails {
  @ApiPropertyOptional()
  @IsOptional()
  @IsText()
  readonly id?: string;

  @ApiProperty()
  @IsText()
  @HasLength(1, 20)
  readonly title!: string;
}

class NoteChanges extends PartialType(NoteDetails, { skipNullProperties: false }) {}

export class NoteView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly ownerId!: string;

  @ApiProperty()
  readonly title!: string;

  static of({ id, ownerId, title }: Note): NoteView {
    return { id, ownerId, title };
  }
}

@Injectable()
export class NoteResource extends CollectionResource.of(NoteWorker, 'note') {
  /** A rule that uses the caller, without passing it on. */
  override create(record: Partial<Note>): Promise<Note> {
    return super.create({
      ...record,
      title: record.title === 'me' ? `by ${this.caller?.id}` : String(record.title),
    });
  }
}

const shared = {
  name: 'Note',
  resource: NoteResource,
  verbs: everyVerb,
  view: NoteView,
  body: NoteDetails,
  changes: NoteChanges,
  filters: { ownerId: 'text', title: 'text' },
  orders: ['title', 'ownerId'],
  owner: 'ownerId',
} as const;

const every = <Access>(access: Access) =>
  Object.fromEntries(everyVerb.map((verb) => [verb, access])) as Record<(typeof everyVerb)[number], Access>;

/** Each caller reaches their own notes. */
@Controller('own')
class OwnController extends RestController({ ...shared, access: every('owner' as const) }) {}

/** Also owned, but callers with the permission reach all. */
@Controller('staffed')
class StaffedController extends RestController({
  ...shared,
  access: every(['owner', 'note:admin'] as const),
}) {}

/** Everyone reaches all records; a new one belongs to the caller who creates it. */
@Controller('shared')
class SharedController extends RestController({ ...shared, access: every('signed-in' as const) }) {}

/** A verifier for which the token is the name of the account; those of staff may reach all notes. */
class NameVerifier extends TokenVerifier {
  async verify(token: string): Promise<Caller> {
    if (token === 'forged') throw new InvalidTokenError();
    return { id: token, sessionId: '1', permissions: token === 'staff' ? ['note:admin'] : [] };
  }
}

/** What `startApi` needs to serve them. */
export const noteApi = (scope: DataSource | InMemoryDatabase) => ({
  controllers: [OwnController, StaffedController, SharedController],
  providers: [
    {
      provide: NoteWorker,
      useValue: scope instanceof InMemoryDatabase ? scope.worker(NoteWorker) : new NoteWorker(scope),
    },
    { provide: TokenVerifier, useClass: NameVerifier },
    NoteResource,
  ],
});
