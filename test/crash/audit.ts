import type { AttemptRow, MessageRow, Tables } from './database-reading.js';
import type { Evidence } from './evidence.js';
import { grouped } from './grouped.js';
import { mailStats } from './mail-audit.js';
import { explanations, findRepeats } from './repeats.js';
import { none, type Stat } from './stat.js';

/** Compares the responses to clients, the requests to the service and the rows in the database. */
export function audit(evidence: Evidence): Stat[] {
  return [
    ...deathStats(evidence),
    ...accountStats(evidence),
    ...deliveryStats(evidence),
    ...mailStats(evidence),
    ...repeatStats(evidence),
    ...attemptStats(evidence.tables),
    ...purgeStats(evidence),
    {
      name: 'results not written',
      value: evidence.reports.filter(({ kind }) => kind === 'result not written').length,
    },
    none('processes that did not stop well', evidence.notStoppedWell),
    { name: 'integrity of the database', value: evidence.tables.integrity, expected: 'ok' },
  ];
}

function deathStats({ deaths, places, givenUp, toBeGivenUp }: Evidence): Stat[] {
  const at = (place: string) => deaths.filter(({ where }) => where === place).length;
  return [
    { name: 'kills', value: deaths.length },
    ...['outside', ...places].map((place) => ({ name: `kills: ${place}`, value: at(place) })),
    none(
      'places never died at',
      places.filter((place) => at(place) === 0),
    ),
    {
      name: 'messages given up for killing',
      value: givenUp.size,
      expected: toBeGivenUp,
      examples: [...givenUp],
    },
  ];
}

function accountStats({ tables, acknowledged, responses: answers, ...evidence }: Evidence): Stat[] {
  const emails = new Set(tables.emails);
  const owners = ownersOf({ tables, ...evidence });
  const ownerOf = (id: string) => [...(owners.get(id) ?? [])].find((email) => emails.has(email));
  const messages = grouped(tables.messages.filter(isWelcome), ({ id }) => ownerOf(id));
  return [
    ...[200, 503, 0].map((status) => ({
      name: `requests of clients: ${status || 'no answer'}`,
      value: answers.get(status) ?? 0,
    })),
    none('requests of clients: another answer', [...answers.keys()].filter(isUnexpectedResponse)),
    { name: 'accounts', value: emails.size },
    { name: 'accounts acknowledged', value: acknowledged.size },
    none(
      'acknowledged accounts lost',
      [...acknowledged].filter((email) => !emails.has(email)),
    ),
    none(
      'accounts without a message',
      tables.emails.filter((email) => !messages.has(email)),
    ),
    none(
      'accounts with more than one message',
      tables.emails.filter((email) => (messages.get(email)?.length ?? 0) > 1),
    ),
    none('messages without an account', idsOf(messages.get(undefined) ?? [])),
    none(
      'keys that came with two addresses',
      [...owners.keys()].filter((key) => (owners.get(key)?.size ?? 0) > 1),
    ),
  ];
}

function deliveryStats({ tables, received }: Evidence): Stat[] {
  const accepted = received.filter(({ acceptedAt }) => acceptedAt !== undefined);
  const keys = new Set(accepted.map(({ key }) => key));
  const welcomes = accepted.filter(({ kind }) => kind === 'welcome');
  const emails = new Set(welcomes.map(({ email }) => email));
  const delivered = tables.messages.filter(({ state }) => state === 'done');
  return [
    { name: 'requests to the service', value: received.length },
    {
      name: 'keys of welcomes at the service',
      value: new Set(welcomes.map(({ key }) => key)).size,
      expected: tables.emails.length,
    },
    none(
      'never delivered',
      tables.emails.filter((email) => !emails.has(email)),
    ),
    none(
      'marked delivered, never accepted',
      idsOf(delivered.filter((message) => isMail(message) && !keys.has(message.id))),
    ),
    none('not marked delivered', idsOf(tables.messages.filter(({ state }) => state !== 'done'))),
    none('content left after delivery', idsOf(delivered.filter(({ payload }) => payload !== null))),
  ];
}

function repeatStats(evidence: Evidence): Stat[] {
  const repeats = grouped(findRepeats(evidence), ({ explanation }) => explanation);
  return [
    ...explanations.map((why) => ({ name: `accepted again: ${why}`, value: repeats.get(why)?.length ?? 0 })),
    none(
      'accepted again for no reason',
      (repeats.get(undefined) ?? []).map((repeat) => JSON.stringify(repeat)),
    ),
  ];
}

function attemptStats({ messages, attempts }: Tables): Stat[] {
  const byMessage = grouped(attempts, ({ message_id: id }) => id);
  const ids = new Set(idsOf(messages));
  const delivered = messages.filter(({ state }) => state === 'done');
  const numbers = (rows: readonly AttemptRow[]) =>
    rows.map(({ message_id: id, number }) => `${id} ${number}`);
  return [
    { name: 'attempts recorded', value: attempts.length },
    none(
      'delivered, but not by the last attempt alone',
      idsOf(delivered.filter(({ id }) => !endsDelivered(byMessage.get(id) ?? []))),
    ),
    none(
      'attempts of no message',
      [...byMessage.keys()].filter((id) => !ids.has(id)),
    ),
    none(
      'failed attempts without a reason',
      numbers(attempts.filter(({ outcome, error }) => outcome !== 'delivered' && !error)),
    ),
    none('attempts that name an address', numbers(attempts.filter(({ error }) => error?.includes('@')))),
  ];
}

function purgeStats({ tables, afterPurge }: Evidence): Stat[] {
  if (!afterPurge) return [];
  const ids = new Set(idsOf(afterPurge.messages));
  const emails = new Set(afterPurge.emails);
  return [
    none(
      'old messages left by the purge',
      idsOf(afterPurge.messages.filter(({ state }) => state === 'done')),
    ),
    none(
      'other messages lost by the purge',
      idsOf(tables.messages.filter(({ id, state }) => state !== 'done' && !ids.has(id))),
    ),
    none(
      'attempts left without their message by the purge',
      afterPurge.attempts.filter(({ message_id: id }) => !ids.has(id)).map(({ message_id: id }) => id),
    ),
    none(
      'accounts lost by the purge',
      tables.emails.filter((email) => !emails.has(email)),
    ),
  ];
}

/** The address of each key, from the requests to the service or from the message itself. */
function ownersOf({ received, tables }: Pick<Evidence, 'received' | 'tables'>): Map<string, Set<string>> {
  const reported = received.map(({ key, email }) => [key, email] as const);
  const kept = tables.messages.map((message) => [message.id, addressIn(message)] as const);
  const owners = grouped(
    [...reported, ...kept].filter(([, email]) => email),
    ([key]) => key,
  );
  return new Map([...owners].map(([key, pairs]) => [key, new Set(pairs.map(([, email]) => email))]));
}

const isWelcome = ({ topic }: MessageRow) => topic === 'notification.welcome';
const isMail = ({ topic }: MessageRow) => topic.startsWith('notification.');

const idsOf = (messages: readonly MessageRow[]) => messages.map(({ id }) => id);

/** Empty once delivered. */
const addressIn = ({ payload }: MessageRow) =>
  payload ? ((JSON.parse(payload) as { email?: string }).email ?? '') : '';

const endsDelivered = (attempts: readonly AttemptRow[]) =>
  attempts.findIndex(({ outcome }) => outcome === 'delivered') === attempts.length - 1 && attempts.length > 0;

/** 0 is no response: the process had just died. */
const isUnexpectedResponse = (status: number) => ![0, 200, 503].includes(status);
