import { Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { DiscoveryService } from '@nestjs/core';
import { DocumentBuilder, getSchemaPath, SwaggerModule } from '@nestjs/swagger';
import { declaredConsumers, defaultConsumer, queueOf } from '../ddd/outbox/index.js';
import type { DeclaredConsumer } from '../ddd/outbox/index.js';
import { HttpAdapter } from '../http/http.adapter.js';
import { apiInfo } from './api-info.js';
import { applySchemaConventions } from './schema-conventions.js';

interface Reference {
  readonly $ref: string;
}

/** The part of AsyncAPI 3.0 that describes topics and their consumers. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly license: { readonly name: string };
  };
  readonly defaultContentType: string;
  /** By topic. */
  readonly channels: Record<string, Channel>;
  /** By the queue of the consumer. */
  readonly operations: Record<string, Operation>;
  readonly components: { readonly schemas: object };
}

interface Channel {
  readonly address: string;
  readonly messages: { readonly message: { readonly payload: Reference | { readonly type: 'object' } } };
}

interface Operation {
  readonly action: 'receive';
  readonly channel: Reference;
  readonly title: string;
  readonly summary: string;
  readonly messages: readonly Reference[];
}

/**
 * Describes the topics that a program handles, and who consumes them. In Nest's preview mode, in which nothing is started,
 * handlers that factories make are not seen.
 * @throws Error when the payloads of two topics are different classes of one name
 */
export async function asyncApiOf(discovery: DiscoveryService): Promise<AsyncApiDocument> {
  const consumers = declaredConsumers(discovery);
  const { title, version, license } = apiInfo;
  return {
    asyncapi: '3.0.0',
    info: { title, version, license: { name: license } },
    defaultContentType: 'application/json',
    channels: channelsOf(consumers),
    operations: Object.fromEntries(consumers.map((consumer) => [queueOf(consumer), receiving(consumer)])),
    components: { schemas: await schemasOf(consumers) },
  };
}

/** A topic has the schema that any of its consumers declares. */
function channelsOf(consumers: readonly DeclaredConsumer[]): Record<string, Channel> {
  const schemas = new Map<string, Type | undefined>();
  for (const { topic, schema } of consumers) schemas.set(topic, schemas.get(topic) ?? schema);
  return Object.fromEntries(
    [...schemas].map(([topic, schema]) => {
      const payload = schema ? { $ref: getSchemaPath(schema) } : ({ type: 'object' } as const);
      return [topic, { address: topic, messages: { message: { payload } } }];
    }),
  );
}

function receiving(declared: DeclaredConsumer): Operation {
  const { topic, consumer, handler, exactlyOnce } = declared;
  const channel = `#/channels/${pointer(topic)}`;
  const times = exactlyOnce ? 'its effect in the database exactly once' : 'at least once';
  return {
    action: 'receive',
    channel: { $ref: channel },
    title: consumer === defaultConsumer ? topic : `${topic} for ${consumer}`,
    summary: `Delivered to ${handler}, ${times}`,
    messages: [{ $ref: `${channel}/messages/message` }],
  };
}

/** Made by `@nestjs/swagger`, like those of the API. */
async function schemasOf(consumers: readonly DeclaredConsumer[]): Promise<object> {
  const models = new Map<string, Type>();
  for (const { topic, schema } of consumers) {
    if (!schema) continue;
    const path = getSchemaPath(schema);
    const other = models.get(path);
    if (other && other !== schema)
      throw new Error(
        `The payload of ${topic} is another class ${schema.name} than that of an earlier topic: name it by @ApiSchema({ name: '…' })`,
      );
    models.set(path, schema);
  }
  const app = await NestFactory.create(NoRoutes, new HttpAdapter(), { logger: false });
  const extraModels = [...models.values()];
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build(), { extraModels });
  applySchemaConventions(document);
  return document.components?.schemas ?? {};
}

@Module({})
class NoRoutes {}

/** A name as a part of a pointer in a reference. (RFC 6901, section 6) */
const pointer = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
