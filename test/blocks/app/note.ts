/** A note, with a greeting for each new one: what the application is made of, on whatever database. */
import { Controller, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { Delivers, OutboxRepository } from 'domain-blocks/outbox';
import type { MessageHandler } from 'domain-blocks/outbox';
import { SqlTableRepository } from 'domain-blocks/repository';
import { CollectionResource } from 'domain-blocks/resource';
import { RestController } from 'domain-blocks/rest';
import { SqlWorker } from 'domain-blocks/worker';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('note')
export class Note {
  @PrimaryColumn('varchar', { length: 40 })
  id!: string;

  @Column('varchar', { length: 100 })
  title!: string;
}

export class NoteRepository extends SqlTableRepository<Note> {
  protected readonly entity = Note;
}

export class GreetingRepository extends OutboxRepository<{ to: string }> {
  protected readonly topic = 'greeting';

  send(to: string): Promise<string> {
    return this.add({ to });
  }
}

@Injectable()
export class NoteWorker extends SqlWorker.with({ note: NoteRepository, greeting: GreetingRepository }) {}

@Injectable()
@Delivers('greeting')
export class GreetingHandler implements MessageHandler<{ to: string }> {
  readonly delivered: string[] = [];

  async deliver({ to }: { to: string }): Promise<void> {
    this.delivered.push(to);
  }
}

class NoteBody {
  @ApiProperty({ example: 'Milk' })
  @IsString()
  readonly title!: string;
}

class NoteView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly title!: string;

  static of({ id, title }: Note): NoteView {
    return { id, title };
  }
}

@Injectable()
export class NoteResource extends CollectionResource.of(NoteWorker, 'note') {}

@Controller('note')
export class NoteController extends RestController({
  name: 'Note',
  resource: NoteResource,
  verbs: ['create', 'list'],
  access: { create: 'public', list: 'public' },
  view: NoteView,
  body: NoteBody,
  filters: { title: 'text' },
}) {}
