import { parseArgs } from 'node:util';
import { defaultConsumer } from '../ddd/outbox/index.js';
import type { OutboxCommand } from '../observability/outbox/outbox-command-runner.js';
import { InvalidSelectionError, readSelection } from '../observability/outbox/selection.js';
import type { SelectionText } from '../observability/outbox/selection.js';
import { UsageError } from './usage.error.js';

export const usage = `Inspects the outbox, and retries or discards messages. Safe while the service runs.

  npm run outbox -- status               how many messages are in each state, since when the oldest waits, and which
                                         consumers are held back or have no handler
  npm run outbox -- list                 messages, undelivered ones first, in the order of recording
      --newest                           the ones recorded last come first
      --topic TOPIC                      only those of a topic
      --consumer NAME                    only those for a consumer; "default" is the one without a name
      --state STATE                      only those: pending, leased, done, dead or discarded
      --limit N                          at most N messages, from 1 to 10000; 50 by default
  npm run outbox -- show ID              one message, the ids of its copies for other consumers, and every attempt at delivery
  npm run outbox -- retry ID             delivers a dead message after all, or a waiting one now, even while its topic
                                         is held back; its id stays
  npm run outbox -- retry --all-dead     the same for all dead messages, or with --topic TOPIC for those of a topic
  npm run outbox -- discard ID           gives up a dead or waiting message for good, and deletes its content
  npm run outbox -- unsubscribe --topic TOPIC --consumer NAME
                                         ends a consumer that no program has any more: nothing is recorded for it any
                                         longer, and what waits for it is discarded

  --json                                 prints JSON
  --help                                 this text

The database is the service's: DATABASE_URL in the environment or in .env. Contents of messages are never shown.
Exit code: 0 done, 1 no such message or nothing to do, 2 wrong arguments or settings, 3 the database cannot be used.`;

export type Command = { readonly name: 'help' } | OutboxCommand;

/** @throws UsageError */
export function readCommand(args: readonly string[]): { readonly command: Command; readonly json: boolean } {
  const { values, positionals } = parsed(args);
  const { json = false, help, state, limit, topic, consumer, newest, 'all-dead': allDead } = values;
  const [name, id, ...rest] = positionals;
  if (help) return { command: { name: 'help' }, json };
  if (rest.length) throw new UsageError(`${rest.join(' ')} is an unexpected argument`);
  if (name !== 'list' && (state !== undefined || limit !== undefined || newest))
    throw new UsageError('--state, --limit and --newest belong to list');
  if (topic !== undefined && name !== 'list' && name !== 'unsubscribe' && !allDead)
    throw new UsageError('--topic belongs to list, unsubscribe and retry --all-dead');
  if (consumer !== undefined && name !== 'list' && name !== 'unsubscribe')
    throw new UsageError('--consumer belongs to list and unsubscribe');
  if (allDead && (name !== 'retry' || id !== undefined))
    throw new UsageError('--all-dead replaces the ID of retry');
  switch (name) {
    case 'status':
    case 'list':
      if (id !== undefined) throw new UsageError(`${name} takes no argument; remove ${id}`);
      if (name === 'status') return { command: { name }, json };
      return { command: { name, ...selection({ state, limit, topic, consumer, newest }) }, json };
    case 'unsubscribe':
      if (id !== undefined || topic === undefined)
        throw new UsageError(
          'unsubscribe needs the topic and the name of the consumer: --topic TOPIC --consumer NAME',
        );
      return { command: { name, topic, consumer: consumer ?? defaultConsumer }, json };
    case 'show':
    case 'retry':
    case 'discard':
      if (allDead) return { command: { name: 'retry-all-dead', ...ofTopic(topic) }, json };
      if (id === undefined) throw new UsageError(`${name} needs the ID of a message: list shows them`);
      return { command: { name, id }, json };
    case undefined:
      throw new UsageError('A command is missing');
    default:
      throw new UsageError(`There is no command ${name}`);
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        state: { type: 'string' },
        limit: { type: 'string' },
        topic: { type: 'string' },
        consumer: { type: 'string' },
        newest: { type: 'boolean' },
        'all-dead': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const ofTopic = (topic?: string) => (topic === undefined ? {} : { topic });

function selection(text: SelectionText) {
  try {
    return readSelection(text);
  } catch (error) {
    throw error instanceof InvalidSelectionError ? new UsageError(`--${error.message}`) : error;
  }
}
