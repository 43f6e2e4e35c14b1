/**
 * The AsyncAPI document of a program's topics: that of the product, and that of topics of one's own.
 * Real: the official schema of AsyncAPI 3.0, the compiled command. Nothing is fake.
 */
import { tmpdir } from 'node:os';
import specs from '@asyncapi/specs';
import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { Provider, Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { Delivers, Every } from '../../src/ddd/outbox/index.js';
import type { MessageHandler } from '../../src/ddd/outbox/index.js';
import { asyncApiOf } from '../../src/openapi/asyncapi.js';
import type { AsyncApiDocument } from '../../src/openapi/asyncapi.js';
import { runCommand } from '../support/commands.js';

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as object);

/** What a tool that reads it would complain of: its form, and references that lead nowhere. */
function problemsOf(document: AsyncApiDocument): unknown[] {
  validate(document);
  return [...(validate.errors ?? []), ...danglingReferences(document)];
}

const referencesIn = (text: string) => [...text.matchAll(/"\$ref":"(.*?)"/g)].map(([, ref = '']) => ref);

const danglingReferences = (document: AsyncApiDocument) =>
  referencesIn(JSON.stringify(document)).filter((ref) => {
    const path = ref.slice(2).split('/').map(decodeURIComponent);
    const names = path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    return (
      names.reduce<unknown>((node, name) => (node as Record<string, unknown>)?.[name], document) === undefined
    );
  });

/** The document of a program with these providers. */
async function documentOf(...providers: Provider[]): Promise<AsyncApiDocument> {
  const program = await Test.createTestingModule({ imports: [DiscoveryModule], providers }).compile();
  return asyncApiOf(program.get(DiscoveryService));
}

function handlerOf(declaration: Parameters<typeof Delivers>[0]): Type {
  @Injectable()
  @Delivers(declaration)
  class Handler implements MessageHandler {
    async deliver(): Promise<void> {}
  }
  return Handler;
}

class Line {
  @ApiProperty()
  readonly product!: string;
}

class Order {
  @ApiProperty({ format: 'email' })
  readonly email!: string;

  @ApiProperty({ type: [Line] })
  readonly lines!: Line[];

  @ApiProperty({ type: String, nullable: true })
  readonly note!: string | null;
}

const anotherOrder = () => {
  class Order {
    @ApiProperty()
    readonly number!: number;
  }
  return Order;
};

describe('npm run asyncapi', () => {
  const run = (...args: string[]) => runCommand('asyncapi', args, { cwd: tmpdir() });

  it('prints a valid document of the product without a database or settings', async () => {
    const { code, output } = await run();
    expect([code, output.slice(0, 1)]).toEqual([0, '{']);
    const document = JSON.parse(output) as AsyncApiDocument;
    expect(problemsOf(document)).toEqual([]);
    const channels = Object.values(document.channels);
    expect(channels.map(({ address }) => address)).toEqual(
      expect.arrayContaining(['notification.welcome', 'notification.verification', 'user.mail-request']),
    );
    const received = Object.values(document.operations).map(({ channel }) => channel.$ref);
    expect(new Set(received).size).toBe(channels.length);
  });

  it('explains itself, and refuses arguments', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, output: expect.stringContaining('AsyncAPI 3.0') });
    expect(await run('topics')).toEqual({
      code: 2,
      output: 'topics is an unexpected argument. Run npm run asyncapi -- --help for usage.\n',
    });
  });
});

describe('The AsyncAPI document', () => {
  it('has each topic once, with its payload, and each of its consumers', async () => {
    class Audit {
      @Delivers({ topic: 'order.placed', consumer: 'audit', exactlyOnce: true })
      async write(): Promise<void> {}
    }
    const document = await documentOf(handlerOf({ topic: 'order.placed', schema: Order }), Audit);
    expect(problemsOf(document)).toEqual([]);
    expect(document.channels).toEqual({
      'order.placed': {
        address: 'order.placed',
        messages: { message: { payload: { $ref: '#/components/schemas/Order' } } },
      },
    });
    expect(document.operations).toMatchObject({
      'order.placed': { action: 'receive', channel: { $ref: '#/channels/order.placed' } },
      'order.placed#audit': {
        title: 'order.placed for audit',
        summary: expect.stringContaining('exactly once'),
      },
    });
    expect(document.components.schemas).toMatchObject({
      Order: {
        required: ['email', 'lines', 'note'],
        properties: {
          lines: { items: { $ref: '#/components/schemas/Line' } },
          note: { type: ['string', 'null'] },
        },
      },
      Line: { properties: { product: { type: 'string' } } },
    });
  });

  it('has schedules, and topics whose payload is not declared, as an object', async () => {
    class Night {
      @Every('0 3 * * *')
      async report(): Promise<void> {}
    }
    const document = await documentOf(Night, handlerOf('order.placed'));
    expect(problemsOf(document)).toEqual([]);
    const payloadOf = (topic: string) => document.channels[topic]?.messages.message.payload;
    expect(payloadOf('order.placed')).toEqual({ type: 'object' });
    expect(payloadOf('schedule.Night.report')).toEqual({ $ref: '#/components/schemas/Tick' });
  });

  it('is valid, and its references lead somewhere, whatever a topic is called', () => {
    const topic = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !text.includes('#'));
    return fc.assert(
      fc.asyncProperty(fc.uniqueArray(topic, { minLength: 1, maxLength: 4 }), async (topics) => {
        const document = await documentOf(...topics.map((each) => handlerOf({ topic: each, schema: Order })));
        expect(problemsOf(document)).toEqual([]);
        expect(Object.keys(document.channels).sort()).toEqual([...topics].sort());
      }),
      { numRuns: 50, examples: [[['a/b~c', '%41', 'x y', '"']]] },
    );
  });

  it('refuses payloads of two classes with one name, until one of them has another name', async () => {
    const placed = handlerOf({ topic: 'order.placed', schema: Order });
    const named = anotherOrder();
    await expect(documentOf(placed, handlerOf({ topic: 'order.numbered', schema: named }))).rejects.toThrow(
      "The payload of order.numbered is another class Order than that of an earlier topic: name it by @ApiSchema({ name: '…' })",
    );
    ApiSchema({ name: 'NumberedOrder' })(named);
    const document = await documentOf(placed, handlerOf({ topic: 'order.numbered', schema: named }));
    expect(problemsOf(document)).toEqual([]);
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['NumberedOrder', 'Order']),
    );
  });
});
