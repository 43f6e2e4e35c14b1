import { Controller, Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Column, DeleteDateColumn, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { HasLength, IsDateTime, IsInteger, IsOneOf, IsText } from '../../src/ddd/field/index.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { everyVerb, openTo } from './product-api.js';

const states = ['open', 'closed'];

/** A record with columns that do not accept every text, and with one that only marks it as deleted. */
@Entity('ticket')
export class Ticket {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('varchar', { length: 20 })
  title!: string;

  @Column('integer', { nullable: true })
  rank?: number | null;

  @Column('simple-enum', { enum: states, default: 'open' })
  state?: string;

  @Column('date', { nullable: true })
  day?: string | null;

  @Column('timestamp', { nullable: true })
  due?: Date | null;

  @Column('varchar', {
    nullable: true,
    transformer: {
      to: (value: string | null) => value && `~${value}`,
      from: (kept: string | null) => kept && kept.slice(1),
    },
  })
  code?: string | null;

  @Column('varchar', { nullable: true, select: false })
  secret?: string | null;

  @DeleteDateColumn()
  deletedAt?: Date | null;
}

/** A record that its database numbers. */
@Entity('numbered')
export class Numbered {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('varchar', { length: 20 })
  title!: string;
}

export class TicketRepository extends SqlTableRepository<Ticket> {
  protected readonly entity = Ticket;
}

export class NumberedRepository extends SqlTableRepository<Numbered> {
  protected readonly entity = Numbered;
}

class TicketWorker extends SqlWorker.with({ ticket: TicketRepository, numbered: NumberedRepository }) {}

export class TicketDetails {
  @ApiPropertyOptional()
  @IsOptional()
  @IsText()
  readonly id?: string;

  // Longer than the column, which then refuses it.
  @ApiProperty()
  @IsText()
  @HasLength(1, 40)
  readonly title!: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsInteger()
  readonly rank?: number | null;

  @ApiPropertyOptional()
  @IsOptional()
  @IsOneOf(...states, 'unknown to the column')
  readonly state?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsText()
  readonly day?: string | null;

  @ApiPropertyOptional()
  @IsOptional()
  @IsDateTime()
  readonly due?: Date | null;

  @ApiPropertyOptional()
  @IsOptional()
  @IsText()
  readonly code?: string | null;
}

/** As usually written, and so without the rules against null. */
class TicketChanges extends PartialType(TicketDetails) {}

class TicketView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly title!: string;

  static of({ secret: _, deletedAt: __, ...shown }: Ticket): TicketView {
    return shown;
  }
}

class NumberedDetails {
  @ApiPropertyOptional()
  @IsOptional()
  @IsInteger(1)
  readonly id?: number;

  @ApiProperty()
  @IsText()
  readonly title!: string;
}

class NumberedView {
  @ApiProperty()
  readonly id!: number;

  @ApiProperty()
  readonly title!: string;

  static of({ id, title }: Numbered): NumberedView {
    return { id, title };
  }
}

@Injectable()
class TicketResource extends CollectionResource.of(TicketWorker, 'ticket') {}

@Injectable()
class NumberedResource extends CollectionResource.of(TicketWorker, 'numbered') {
  /** Without an id the database numbers it. */
  protected override identified(record: Partial<Numbered>): Numbered {
    return record as Numbered;
  }
}

/** Its id and filters are declared as text, so that the columns refuse the values. */
const declared: Parameters<typeof RestController<Ticket, TicketView>>[0] = {
  name: 'Ticket',
  resource: TicketResource,
  verbs: everyVerb,
  access: openTo(...everyVerb),
  view: TicketView,
  body: TicketDetails,
  changes: TicketChanges,
  filters: {
    id: 'text',
    rank: 'number',
    state: 'text',
    day: 'text',
    due: 'date',
    code: 'text',
    secret: 'text',
  },
  orders: ['id', 'rank', 'due', 'code', 'day'],
};

@Controller('numbered')
class NumberedController extends RestController({
  name: 'Numbered',
  resource: NumberedResource,
  verbs: everyVerb,
  access: openTo(...everyVerb),
  id: 'integer',
  view: NumberedView,
  body: NumberedDetails,
  changes: NumberedDetails,
  filters: { id: 'integer' },
  orders: ['id'],
}) {}

export const ticketEntities = [Ticket, Numbered];

function ticketController(changed: object) {
  @Controller('ticket')
  class TicketController extends RestController({ ...declared, ...changed }) {}
  return TicketController;
}

/** What `startApi` needs to serve them. @param changed of the declaration of tickets */
export const ticketApi = (scope: DataSource | InMemoryDatabase, changed: object = {}) => ({
  controllers: [ticketController(changed), NumberedController],
  providers: [
    {
      provide: TicketWorker,
      useValue: scope instanceof InMemoryDatabase ? scope.worker(TicketWorker) : new TicketWorker(scope),
    },
    TicketResource,
    NumberedResource,
  ],
});
