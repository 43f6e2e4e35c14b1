import type { AttemptRow, MessageRow, Tables } from './database-reading.js';
import type { Evidence } from './evidence.js';
import { grouped } from './grouped.js';
import { explanations, findRepeats } from './repeats.js';

/** One line of the result: a figure, and what it must be where that is known. */
export interface Figure {
  readonly name: string;
  readonly value: number | string;
  readonly expected?: number | string;
}

export const isFault = ({ value, expected }: Figure) => expected !== undefined && value !== expected;

/** Compares what clients were told, what the service was sent and what the database holds. */
export function audit(evidence: Evidence): Figure[] {
  return [
    ...deathFigures(evidence),
    ...accountFigures(evidence),
    ...deliveryFigures(evidence),
    ...repeatFigures(evidence),
    ...attemptFigures(evidence.tables),
    none(
      'results not written',
      count(evidence.reports, ({ kind }) => kind === 'result not written'),
    ),
    none('processes that did not stop well', evidence.notStoppedWell),
    { name: 'integrity of the database', value: evidence.tables.integrity, expected: 'ok' },
  ];
}

function deathFigures({ deaths, places }: Evidence): Figure[] {
  const at = (place: string) => count(deaths, ({ where }) => where === place);
  return [
    { name: 'kills', value: deaths.length },
    ...['outside', ...places].map((place) => ({ name: `kills: ${place}`, value: at(place) })),
    none(
      'places never died at',
      count(places, (place) => at(place) === 0),
    ),
  ];
}

function accountFigures({ tables, acknowledged, answers, ...evidence }: Evidence): Figure[] {
  const emails = new Set(tables.emails);
  const owners = ownersOf({ tables, ...evidence });
  const ownerOf = (id: string) => [...(owners.get(id) ?? [])].find((email) => emails.has(email));
  const messages = grouped(tables.messages, ({ id }) => ownerOf(id));
  return [
    ...[200, 503, 0].map((status) => ({
      name: `requests of clients: ${status || 'no answer'}`,
      value: answers.get(status) ?? 0,
    })),
    none('requests of clients: another answer', count(answers.keys(), isOddAnswer)),
    { name: 'accounts', value: emails.size },
    { name: 'accounts acknowledged', value: acknowledged.size },
    none(
      'acknowledged accounts lost',
      count(acknowledged, (email) => !emails.has(email)),
    ),
    none(
      'accounts without a message',
      count(emails, (email) => !messages.has(email)),
    ),
    none(
      'accounts with more than one message',
      count(emails, (email) => (messages.get(email) ?? []).length > 1),
    ),
    none('messages without an account', messages.get(undefined)?.length ?? 0),
    none(
      'keys that came with two addresses',
      count(owners.values(), ({ size }) => size > 1),
    ),
  ];
}

function deliveryFigures({ tables, received }: Evidence): Figure[] {
  const accepted = received.filter(({ acceptedAt }) => acceptedAt !== undefined);
  const keys = new Set(accepted.map(({ key }) => key));
  const emails = new Set(accepted.map(({ email }) => email));
  const promised = tables.emails.filter((email) => !isPoison(email));
  const delivered = tables.messages.filter(({ state }) => state === 'done');
  const dead = count(tables.messages, isPoisonKept);
  return [
    { name: 'requests to the service', value: received.length },
    { name: 'keys at the service', value: keys.size, expected: promised.length },
    none(
      'never delivered',
      count(promised, (email) => !emails.has(email)),
    ),
    none(
      'marked delivered, never accepted',
      count(delivered, ({ id }) => !keys.has(id)),
    ),
    none('neither delivered nor poisoned', tables.messages.length - delivered.length - dead),
    none('poisoned, not kept as dead', count(tables.emails, isPoison) - dead),
    none(
      'content left after delivery',
      count(delivered, ({ payload }) => payload !== null),
    ),
  ];
}

function repeatFigures(evidence: Evidence): Figure[] {
  const repeats = findRepeats(evidence);
  const because = (why?: string) => count(repeats, ({ explanation }) => explanation === why);
  return [
    ...explanations.map((why) => ({ name: `accepted again: ${why}`, value: because(why) })),
    none('accepted again for no reason', because()),
  ];
}

function attemptFigures({ messages, attempts }: Tables): Figure[] {
  const byMessage = grouped(attempts, ({ message_id: id }) => id);
  const ids = new Set(messages.map(({ id }) => id));
  return [
    { name: 'attempts recorded', value: attempts.length },
    none(
      'delivered without exactly one such attempt, the last',
      count(messages, ({ id, state }) => state === 'done' && !endsDelivered(byMessage.get(id) ?? [])),
    ),
    none(
      'attempts of no message',
      count(byMessage.keys(), (id) => !ids.has(id)),
    ),
    none(
      'failed attempts without a reason',
      count(attempts, ({ outcome, error }) => outcome !== 'delivered' && !error),
    ),
    none(
      'attempts that name an address',
      count(attempts, ({ error }) => error?.includes('@')),
    ),
  ];
}

/** Whose message each key is: as the service was told, or as the message still says itself. */
function ownersOf({ received, tables }: Pick<Evidence, 'received' | 'tables'>): Map<string, Set<string>> {
  const told = received.map(({ key, email }) => [key, email] as const);
  const kept = tables.messages.flatMap(({ id, payload }) =>
    payload ? [[id, (JSON.parse(payload) as { email: string }).email] as const] : [],
  );
  const owners = grouped([...told, ...kept], ([key]) => key);
  return new Map([...owners].map(([key, pairs]) => [key, new Set(pairs.map(([, email]) => email))]));
}

const none = (name: string, value: number): Figure => ({ name, value, expected: 0 });

const count = <Item>(items: Iterable<Item>, test: (item: Item) => unknown) => [...items].filter(test).length;

const isPoison = (email: string) => email.startsWith('poison');

const isPoisonKept = ({ state, payload }: MessageRow) =>
  state === 'dead' && isPoison((JSON.parse(payload ?? '{"email":""}') as { email: string }).email);

const endsDelivered = (attempts: readonly AttemptRow[]) =>
  attempts.findIndex(({ outcome }) => outcome === 'delivered') === attempts.length - 1 && attempts.length > 0;

/** 0 is no answer at all: the process had just died. */
const isOddAnswer = (status: number) => ![0, 200, 503].includes(status);
