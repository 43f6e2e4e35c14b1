/**
 * An entity of every field decorator, as a collection over HTTP: one declaration is column, rules and document.
 * Real: the server with its HTTP rules, the databases, SQL and in memory. Fake: nothing.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Injectable } from '@nestjs/common';
import { Column, Entity } from 'typeorm';
import {
  BooleanField,
  DayField,
  DecimalField,
  EnumField,
  IdField,
  IntegerField,
  JsonField,
  LongTextField,
  MomentField,
  NumberField,
  ReferenceField,
  TextField,
  UuidField,
} from '../../src/ddd/field/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { CollectionResource } from '../../src/ddd/resource/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { EmailField, PersonNameField } from '../../src/identity/identity.fields.js';
import { collectionOf, viewOf } from '../../src/rest/collection-of.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { startApi } from '../support/product-api.js';
import type { Api } from '../support/product-api.js';
import { backendKinds, createBackend } from '../support/rest-databases.js';
import type { Backend } from '../support/rest-databases.js';
import { insertSample } from '../support/sample-record.js';

@Entity('maker')
class Maker {
  @IdField() id!: string;
  @TextField({ length: 40 }) name!: string;
}

@Entity('gadget')
class Gadget {
  @IdField() id!: string;
  @TextField({ length: 5, unique: true }) name!: string;
  @LongTextField({ length: 20 }) note!: string;
  @NumberField() weight!: number;
  @IntegerField({ min: 0, max: 9 }) count!: number;
  @DecimalField({ precision: 12, scale: 2, index: true }) price!: string;
  @BooleanField() active!: boolean;
  @DayField() day!: string;
  @MomentField() at!: Date;
  @EnumField({ values: ['open', 'closed'] }) state!: 'open' | 'closed';
  @EmailField() mail!: string;
  @PersonNameField() buyer!: string;
  @UuidField() code!: string;
  @JsonField() extra!: object;
  @JsonField({ optional: true }) extras!: object | null;
  @ReferenceField({ to: 'maker', optional: true }) makerId!: string | null;
  @TextField({ length: 5, optional: true, column: 'more_text' }) moreText!: string | null;
  @Column('varchar', { nullable: true }) inside!: string | null;
}

const shown = [
  ...(['id', 'name', 'note', 'weight', 'count', 'price', 'active', 'day', 'at'] as const),
  ...(['state', 'mail', 'buyer', 'code', 'extra', 'extras', 'makerId', 'moreText'] as const),
] as const;

class GadgetRepository extends SqlTableRepository.of(Gadget) {}
class GadgetWorker extends SqlWorker.with({ gadget: GadgetRepository }) {}

@Injectable()
class GadgetResource extends CollectionResource.of(GadgetWorker, 'gadget') {}

@Controller('gadget')
class GadgetController extends RestController({
  ...collectionOf(Gadget, shown),
  resource: GadgetResource,
  verbs: ['create', 'retrieve', 'update', 'partialUpdate', 'delete', 'list'],
  access: 'public',
}) {}

let made = 0;
const details = () => ({
  name: `n${++made}`,
  note: '',
  weight: 1.5,
  count: 9,
  price: '9999999999.99',
  active: true,
  day: '2024-02-29',
  at: '2026-01-31T12:00:00.123Z',
  state: 'open',
  mail: 'john@example.com',
  buyer: 'John',
  code: 'd73d4a62-dfe9-4907-91f4-f6b06f33c534',
  extra: { b: [1, null, { deep: 'ä' }], a: 'first' },
});

describe.each(backendKinds)('A collection of declared fields on %s', (kind) => {
  let backend: Backend;
  let api: Api;
  beforeAll(async () => {
    backend = await createBackend(kind, [Gadget, Maker]);
    const { scope } = backend;
    const worker = scope instanceof InMemoryDatabase ? scope.worker(GadgetWorker) : new GadgetWorker(scope);
    api = await startApi(
      scope,
      [GadgetController],
      [{ provide: GadgetWorker, useValue: worker }, GadgetResource],
    );
  });
  afterAll(async () => {
    await api.app.close();
    await backend.destroy();
  });

  async function send(method: string, path: string, body?: unknown) {
    const response = await fetch(`${api.url}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
    });
    const text = await response.text();
    return { status: response.status, text, body: text ? JSON.parse(text) : undefined };
  }
  const create = async (more: object = {}) => {
    const given = { ...details(), ...more };
    const { status, text, body } = await send('POST', 'gadget/', given);
    expect([status, text]).toEqual([201, expect.any(String)]);
    return { given, body };
  };

  it('returns each value as it was sent, in the order of the list, and nothing that is not listed', async () => {
    const { given, body } = await create();

    expect(body).toEqual({ ...given, id: expect.any(String), extras: null, makerId: null, moreText: null });
    expect(Object.keys(body)).toEqual([...shown]);
    expect((await send('GET', `gadget/${body.id}/`)).body).toEqual(body);
  });

  it('completes the decimals of a decimal, and the canonical form of an e-mail and a UUID', async () => {
    const { body } = await create({
      price: '-0.5',
      mail: ' John@EXAMPLE.com ',
      code: 'D73D4A62-dfe9-4907-91f4-f6b06f33c534',
    });

    expect(body).toMatchObject({ price: '-0.50', mail: 'john@example.com', code: details().code });
  });

  it.each([
    ['name=%s', 'name'],
    ['price[gt]=9999999999.98&price=9999999999.99&name=%s', 'name'],
    ['day=2024-02-29&state=open&at=2026-01-31T12:00:00.123Z&name=%s', 'name'],
    [
      'day[lte]=2024-02-29&state[in]=closed&state[in]=open&code=D73D4A62-dfe9-4907-91f4-f6b06f33c534&name=%s',
      'name',
    ],
    ['makerId[isNull]=true&mail=john@example.com&order=price,-at,state&name=%s', 'name'],
  ] as const)('finds a record by %s', async (query, field) => {
    const { body } = await create();

    const found = await send('GET', `gadget/?${query.replace('%s', String(body[field]))}`);
    expect([found.status, found.body.data]).toEqual([200, [body]]);
  });

  it.each([
    ['price[gt]=cheap', 'price[gt]'],
    ['day=2023-02-29', 'day'],
    ['extra=x', 'extra'],
    ['state=ajar', 'state'],
    ['inside=x', 'inside'],
  ])('refuses to list by %s', async (query, name) => {
    const { status, body } = await send('GET', `gadget/?${query}`);

    expect([status, Object.keys(body.detail)]).toEqual([400, [name]]);
  });

  it.each([
    [{ name: '' }, 'string_too_short'],
    [{ name: 'x'.repeat(6) }, 'string_too_long'],
    [{ note: 'x'.repeat(21) }, 'string_too_long'],
    [{ count: 10 }, 'less_than_equal'],
    [{ count: -1 }, 'greater_than_equal'],
    [{ price: 9.5 }, 'decimal_type'],
    [{ price: '9,5' }, 'decimal_parsing'],
    [{ price: '1e3' }, 'decimal_parsing'],
    [{ price: '0.001' }, 'decimal_max_digits'],
    [{ price: '12345678901' }, 'decimal_max_digits'],
    [{ day: '2023-02-29' }, 'date_parsing'],
    [{ day: '0000-01-01' }, 'date_parsing'],
    [{ day: '2026-01-31T12:00:00Z' }, 'date_parsing'],
    [{ day: 20260131 }, 'date_type'],
    [{ at: '2026-01-31' }, 'datetime_parsing'],
    [{ state: 'ajar' }, 'enum'],
    [{ mail: 'john' }, 'email_format'],
    [{ buyer: '...' }, 'name_format'],
    [{ code: 'abc' }, 'uuid_parsing'],
    [{ extra: 'text' }, 'json_type'],
    [{ extra: null }, 'json_type'],
    [{ makerId: 'abc' }, 'uuid_parsing'],
  ])('refuses %j by its rule', async (wrong, type) => {
    const [field = ''] = Object.keys(wrong);
    const made = await send('POST', 'gadget/', { ...details(), ...wrong });
    const { body: record } = await create();
    const changed = await send('PATCH', `gadget/${record.id}/`, wrong);

    for (const { status, body } of [made, changed])
      expect([status, body.detail]).toEqual([400, { [field]: expect.objectContaining({ type }) }]);
  });

  it('takes a list for JSON as well as an object, and documents both', async () => {
    const { body } = await create({ extra: [1, 'two'], extras: {} });
    expect(body).toMatchObject({ extra: [1, 'two'], extras: {} });

    const { GadgetDetails, GadgetView } = (await send('GET', 'schema/')).body.components.schemas;
    const either = [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
    ];
    for (const { properties } of [GadgetDetails, GadgetView]) {
      expect(properties.extra).toEqual({ oneOf: either, example: { key: 'value' } });
      expect(properties.extras.anyOf).toEqual([{ oneOf: either }, { type: 'null' }]);
    }
  });

  it('documents each field once: in the body, in the view and as a filter', async () => {
    const { body } = await send('GET', 'schema/');
    const { GadgetDetails, GadgetChanges, GadgetView } = body.components.schemas;

    expect(Object.keys(GadgetView.properties)).toEqual([...shown]);
    expect(GadgetView.required).toEqual([...shown]);
    expect(GadgetDetails.required).toEqual(
      shown.filter((name) => !['id', 'extras', 'makerId', 'moreText'].includes(name)),
    );
    expect(GadgetChanges.required).toBeUndefined();
    expect(GadgetDetails.properties.name).toMatchObject({ type: 'string', minLength: 1, maxLength: 5 });
    expect(GadgetDetails.properties.state).toMatchObject({ enum: ['open', 'closed'], example: 'open' });
    expect(GadgetView.properties.moreText).toMatchObject({
      type: ['string', 'null'],
      maxLength: 5,
      example: 'More',
    });
    expect(GadgetView.properties.price).toMatchObject({ type: 'string', format: 'decimal' });
  });

  (kind === 'memory' ? it.skip : it)(
    'refuses a reference to no record with 409, and one in use is kept',
    async () => {
      const { scope } = backend;
      if (scope instanceof InMemoryDatabase) return;
      const makerId = await insertSample(scope, 'maker');
      const { body } = await create({ makerId });
      const missing = { makerId: randomUUID() };

      for (const { status, body: error } of [
        await send('POST', 'gadget/', { ...details(), ...missing }),
        await send('PATCH', `gadget/${body.id}/`, missing),
        await send('PUT', `gadget/${body.id}/`, { ...details(), ...missing }),
      ]) {
        expect(status).toBe(409);
        expect(error.detail).toEqual({
          makerId: { type: 'reference', loc: ['makerId'], msg: 'Must be the id of a record that exists' },
        });
      }
      expect((await send('GET', `gadget/?makerId=${makerId}`)).body.data).toEqual([body]);
      await expect(scope.query(`DELETE FROM maker WHERE id = '${makerId}'`)).rejects.toThrow(
        /still refers to it: gadget.makerId/,
      );
    },
  );
});

describe('viewOf', () => {
  it('refuses a field without a field decorator when the program is loaded, and says what to do', () => {
    expect(() => viewOf(Gadget, ['inside'])).toThrow(
      /Gadget\.inside has no field decorator: declare it with one/,
    );
  });

  it('does not compile with a field that the entity does not have', () => {
    // @ts-expect-error there is no such field
    expect(() => viewOf(Gadget, ['nmae'])).toThrow(TypeError);
  });
});
