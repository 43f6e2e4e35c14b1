/**
 * Topics with one, no or two handlers, on each database.
 * Real: the database, the courier, Nest. Fake: the handlers, which do what each test says.
 */
import { Injectable, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Delivers, OutboxMessage } from '../../src/ddd/outbox/index.js';
import type { MessageHandler } from '../../src/ddd/outbox/index.js';
import { UnitLimits } from '../../src/ddd/worker/index.js';
import { RunningCourier } from '../support/courier.js';
import { databaseKinds } from '../support/databases.js';
import { letterTopic, outboxEntities, parcelTopic, PostWorker } from '../support/letters.js';
import type { Letter } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const delivered: string[] = [];

@Injectable()
@Delivers(letterTopic)
class LetterHandler implements MessageHandler<Letter> {
  async deliver({ text }: Letter): Promise<void> {
    if (text.startsWith('bad')) throw new TypeError('a handler that cannot bear this content');
    delivered.push(text);
  }
}

@Injectable()
@Delivers(letterTopic)
class OtherHandler extends LetterHandler {}

@Module({ providers: [LetterHandler] })
class PostModule {}

describe.each(databaseKinds)('The handlers of a program on %s', (kind) => {
  const database = useDatabase(kind, outboxEntities, { perTest: true });
  let courier: RunningCourier | undefined;

  beforeEach(() => {
    delivered.length = 0;
  });
  afterEach(async () => {
    await courier?.stop();
    courier = undefined;
  });

  const post = () => new PostWorker(courier!.dataSource, new UnitLimits(60_000, 60_000));
  const starting = (...handlers: Parameters<typeof RunningCourier.start>[1]['handlers'] & object) =>
    RunningCourier.start(database, { handlers });

  it.each([
    ['two classes', [LetterHandler, OtherHandler], /LetterHandler of .* and OtherHandler of/],
    ['a class and a factory', [LetterHandler, factory()], /LetterHandler of .* and OtherHandler of/],
    ['two objects', [value('one'), value('two')], /LetterHandler of .* and LetterHandler of/],
  ] as const)('prevent its start when one topic has two of them: %s', async (_what, handlers, names) => {
    const start = starting(...handlers);
    await expect(start).rejects.toThrow(names);
    await expect(start).rejects.toMatchObject({ code: 'outbox.duplicate-handler', topic: letterTopic });
  });

  it('prevent its start when one class is provided in two modules, with the names of both', async () => {
    await expect(
      RunningCourier.start(database, { handlers: [LetterHandler], modules: [PostModule] }),
    ).rejects.toThrow(/LetterHandler of .* and LetterHandler of PostModule|LetterHandler of PostModule and/);
  });

  it('may have two tokens', async () => {
    courier = await starting(LetterHandler, { provide: 'alias', useExisting: LetterHandler });
    await post().run(({ letter }) => letter.record('hello'));
    await until('it is delivered', () => delivered.length === 1);
  });

  it('may be created by a factory', async () => {
    courier = await starting(factory());
    await post().run(({ letter }) => letter.record('hello'));
    await until('it is delivered', () => delivered.length === 1);
  });

  it('refuse to record a message of an unknown topic, and roll back its unit', async () => {
    courier = await starting(LetterHandler);
    await expect(
      post().run(async ({ letter, parcel }) => {
        await letter.record('undone');
        await parcel.record('no one delivers this');
      }),
    ).rejects.toMatchObject({
      code: 'outbox.unhandled-topic',
      message: expect.stringContaining(parcelTopic),
    });
    expect(await courier.dataSource.manager.count(OutboxMessage)).toBe(0);
  });

  it('report the remaining messages of a topic without a handler', async () => {
    const before = await database.connect(outboxEntities);
    await new PostWorker(before, new UnitLimits(5_000, 5_000)).run(({ parcel }) =>
      parcel.record('left over'),
    );
    courier = await starting(LetterHandler);
    await until('the courier has reported', async () => (await courier!.queue.status()).unhandled.length);
    expect(await courier.queue.status()).toMatchObject({ unhandled: [{ topic: parcelTopic, messages: 1 }] });
  });

  it('delay no other messages when there are some without a handler', async () => {
    courier = await starting(LetterHandler);
    await post().run(async ({ letter }) => {
      for (let number = 0; number < 30; number++) await letter.record(`bad${number}`);
      await letter.record('good');
    });
    await until('the good one is delivered', () => delivered.length === 1, 10_000);
    expect((await courier.queue.status()).held).toEqual([]);
  });
});

function factory() {
  return { provide: 'made', useFactory: () => new OtherHandler() };
}

function value(name: string) {
  return { provide: name, useValue: new LetterHandler() };
}
