import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { HttpRepository } from '../repository/index.js';
import type { SqlScope } from '../repository/index.js';
import { HttpWorker } from '../worker/index.js';
import { Delivers } from './message-handler.js';
import type { Delivery, MessageHandler } from './message-handler.js';
import { OutboxRepository } from './outbox.repository.js';

export interface OutgoingMessage<Given extends object, Payload extends object> {
  readonly topic: string;
  /** What is recorded: what the request needs and nothing else, whatever more is given. */
  readonly payload: (given: Given) => Payload;
  /** The class whose declared fields describe the payload in the AsyncAPI document. */
  readonly schema?: Type<Payload>;
  /** The message's id, a uuid by default: that of an entity for a message that is recorded once per entity. */
  readonly id?: (given: Given) => string | undefined;
  /** The collection at the remote service. Errors name it. */
  readonly resource: string;
  /** The request that delivers the message: its path below the resource, and its body. */
  readonly request: (payload: Payload) => { readonly path: string; readonly data: object };
}

/** Records the messages of one declaration in units of work. */
class OutgoingMessageRepository<
  Given extends object,
  Payload extends object,
> extends OutboxRepository<Payload> {
  protected readonly topic: string;

  constructor(
    scope: SqlScope,
    private readonly message: OutgoingMessage<Given, Payload>,
  ) {
    super(scope);
    this.topic = message.topic;
  }

  /** @returns the id of the message, which is its idempotency key */
  record(given: Given): Promise<string> {
    const id = this.message.id?.(given);
    return this.add(this.message.payload(given), id === undefined ? {} : { id });
  }
}

/** A class that records the messages; its `Handler` is the provider that posts them. */
type OutgoingMessageClass<Given extends object, Payload extends object> = (new (
  scope: SqlScope,
) => OutgoingMessageRepository<Given, Payload>) & {
  /** It posts through the client that its module imports. */
  readonly Handler: Type<MessageHandler<Payload>>;
};

/**
 * A message to a remote service in one declaration: recorded in the unit of work that causes it, posted after the commit
 * with its id as the Idempotency-Key, as often as it takes. The module lists the worker that records it and its handler.
 *
 *     export class ReceiptRepository extends outgoingMessage({
 *       topic: 'shop.receipt',
 *       payload: ({ email, total }: Receipt) => ({ email, total }),
 *       resource: 'receipts',
 *       request: (data) => ({ path: 'send/', data }),
 *     }) {}
 *     export class ShopWorker extends SqlWorker.with({ receipt: ReceiptRepository }) {}
 *     @Module({ imports: [client], ...components(ShopWorker, ReceiptRepository.Handler) })
 */
export function outgoingMessage<Given extends object, Payload extends object>(
  message: OutgoingMessage<Given, Payload>,
): OutgoingMessageClass<Given, Payload> {
  return class extends OutgoingMessageRepository<Given, Payload> {
    static readonly Handler = handlerOf(message);

    constructor(scope: SqlScope) {
      super(scope, message);
    }
  };
}

function handlerOf<Given extends object, Payload extends object>({
  topic,
  schema,
  resource,
  request,
}: OutgoingMessage<Given, Payload>): Type<MessageHandler<Payload>> {
  class MessageRepository extends HttpRepository {
    protected readonly resource = resource;

    /** @param key the same at every attempt, so that the service can recognize a repeat */
    send(payload: Payload, key: string): Promise<void> {
      const { path, data } = request(payload);
      return this.request({
        method: 'post',
        url: `/${resource}/${path}`,
        data,
        headers: { 'Idempotency-Key': key },
      });
    }
  }
  // Its spans are told apart by it.
  Object.defineProperty(MessageRepository, 'name', { value: topic });

  const MessageWorker = HttpWorker.with({ message: MessageRepository });

  @Injectable()
  @Delivers({ topic, ...(schema && { schema }) })
  class Handler implements MessageHandler<Payload> {
    readonly #worker: InstanceType<typeof MessageWorker>;

    constructor(@Inject(HttpService) http: HttpService) {
      this.#worker = new MessageWorker(http);
    }

    deliver(payload: Payload, { key, signal }: Delivery): Promise<void> {
      return this.#worker.run(({ message }) => message.send(payload, key), { signal });
    }
  }
  return Handler;
}
