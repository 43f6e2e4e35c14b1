import type { DataSource } from 'typeorm';
import { Clock, OutboxOperator, OutboxQueue, queueOf } from '../../ddd/outbox/index.js';
import type { CommitSignal, ConsumerName, Selection } from '../../ddd/outbox/index.js';
import { SqlWorker } from '../../ddd/worker/index.js';
import { nextTryBy } from './next-try.js';
import { historyJson, historyText, listedJson, listText, statusJson, statusText } from './outbox-views.js';

export type OutboxCommand =
  | { readonly name: 'status' }
  | ({ readonly name: 'unsubscribe' } & ConsumerName)
  | { readonly name: 'retry-all-dead'; readonly topic?: string }
  | ({ readonly name: 'list' } & Selection)
  | { readonly name: 'show' | 'retry' | 'discard'; readonly id: string };

export interface OutboxCommandResult {
  readonly text: string;
  /** For machines. */
  readonly data: object;
  /** False when there is no such message, or there was nothing to do. */
  readonly isDone: boolean;
}

/** Executes an operator's commands on the outbox, and wakes the couriers when there is work for them. */
export class OutboxCommandRunner {
  readonly #clock = new Clock();
  readonly #operator: OutboxOperator;
  readonly #queue: OutboxQueue;

  constructor(
    dataSource: DataSource,
    private readonly signal: Pick<CommitSignal, 'announce'>,
  ) {
    this.#operator = new OutboxOperator(dataSource, this.#clock);
    this.#queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), this.#clock);
  }

  async serve(command: OutboxCommand): Promise<OutboxCommandResult> {
    const now = this.#clock.now();
    switch (command.name) {
      case 'status': {
        const status = await this.#queue.status();
        return { text: statusText(status, now), data: statusJson(status, now), isDone: true };
      }
      case 'list': {
        const messages = await this.#operator.list(command);
        const nextTry = nextTryBy(await this.#queue.status(), now);
        return {
          text: listText(messages, nextTry, now),
          data: messages.map((message) => listedJson(message, nextTry(message))),
          isDone: true,
        };
      }
      case 'show': {
        const history = await this.#operator.show(command.id);
        if (!history) return notFound(command.id);
        return { text: historyText(history, now), data: historyJson(history), isDone: true };
      }
      case 'retry':
        return this.#decide(command.id, 'retried', await this.#operator.retry(command.id));
      case 'discard':
        return this.#decide(command.id, 'discarded', await this.#operator.discard(command.id));
      case 'unsubscribe':
        return this.#unsubscribe(command);
      case 'retry-all-dead': {
        const { topic } = command;
        const retried = await this.#operator.retryDead(topic);
        await this.#wake();
        const which = topic === undefined ? '' : ` of the topic ${topic}`;
        const text = retried
          ? `${retried} dead messages${which} are pending again.`
          : `No message${which} is dead.`;
        return { text, data: { retried }, isDone: retried > 0 };
      }
    }
  }

  async #unsubscribe({ topic, consumer }: ConsumerName): Promise<OutboxCommandResult> {
    const name = { topic, consumer };
    const discarded = await this.#operator.unsubscribe(name);
    if (discarded === undefined)
      return {
        text: `A running program has ${queueOf(name)}: stop it first, or wait a minute after its end.`,
        data: { ...name, unsubscribed: false },
        isDone: false,
      };
    return {
      text: `${queueOf(name)} gets no more messages, and ${discarded} were discarded.`,
      data: { ...name, unsubscribed: true, discarded },
      isDone: true,
    };
  }

  async #decide(
    id: string,
    decision: 'retried' | 'discarded',
    isDone: boolean,
  ): Promise<OutboxCommandResult> {
    if (isDone) {
      await this.#wake();
      return { text: `Message ${id} is ${decision}.`, data: { id, [decision]: true }, isDone };
    }
    const found = await this.#operator.show(id);
    if (!found) return notFound(id);
    const text = `Message ${id} is ${found.state}: only dead and pending messages can be ${decision}.`;
    return { text, data: { id, [decision]: false, state: found.state }, isDone };
  }

  /** Only saves time: without it the couriers find the work at their next poll. */
  async #wake(): Promise<void> {
    await this.signal.announce().catch(() => undefined);
  }
}

const notFound = (id: string): OutboxCommandResult => ({
  text: `There is no message ${id}.`,
  data: { id, found: false },
  isDone: false,
});
