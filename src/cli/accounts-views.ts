import { duration, table } from '../observability/outbox/table.js';
import type { Session } from '../modules/session/index.js';
import type { AccountEvent, User } from '../modules/user/index.js';
import { historyEntry } from '../modules/user/index.js';
import type { MailState } from '../modules/notification/index.js';
import type { CommandResult } from './database-command.js';

export const accountJson = ({ id, email, name, surname, active }: User) => ({
  id,
  email,
  name,
  surname,
  active,
});

export const accountsText = (accounts: readonly User[]): string =>
  accounts.length
    ? table(
        accounts.map(({ id, email, name, surname, active }) => ({
          id,
          email,
          name: `${name} ${surname}`,
          active: active ? 'yes' : 'no',
        })),
      )
    : 'No accounts.';

export const factsText = (facts: object): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(14)}${String(value)}`)
    .join('\n');

/** @param refusedGuesses since the last right one */
export function historyResult(events: readonly AccountEvent[], refusedGuesses: number): CommandResult {
  const entries = events.map(historyEntry);
  const history = refusedGuesses
    ? [
        ...entries,
        { at: new Date().toISOString(), event: 'guesses-refused', by: 'program', count: refusedGuesses },
      ]
    : entries;
  const rows = history.map((entry) => ({
    at: entry.at,
    event: entry.event,
    by: entry.by,
    count: 'count' in entry ? String(entry.count) : '-',
    detail: 'detail' in entry ? entry.detail : '-',
  }));
  return {
    text: rows.length ? table(rows) : 'Nothing is recorded.',
    data: history,
    isDone: history.length > 0,
  };
}

const moment = (epoch: number | null) => (epoch === null ? null : new Date(epoch).toISOString());

export const messagesResult = (mails: readonly MailState[]): CommandResult => ({
  text: mails.length
    ? table(
        mails.map(({ id, topic, state, attempts, createdAt }) => ({
          id,
          topic,
          state,
          attempts,
          recorded: moment(createdAt) ?? '-',
        })),
      )
    : 'No mails.',
  data: mails.map(({ createdAt, doneAt, ...mail }) => ({
    ...mail,
    createdAt: moment(createdAt),
    doneAt: moment(doneAt),
  })),
  isDone: true,
});

export const sessionJson = ({ id, client, createdAt, lastUsedAt, expiresAt }: Session) => ({
  id,
  client,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: new Date(lastUsedAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
});

export const sessionsText = (sessions: readonly Session[], now: number): string =>
  sessions.length
    ? table(
        sessions.map(({ id, client, createdAt, lastUsedAt }) => ({
          id,
          age: duration(now - createdAt),
          'last used': `${duration(now - lastUsedAt)} ago`,
          client: client ?? '-',
        })),
      )
    : 'No live sessions.';

export const permissionsText = (permissions: readonly string[]): string =>
  `Permissions: ${permissions.length ? permissions.join(', ') : 'none'}.`;

export function changeResult(
  verb: 'granted' | 'revoked',
  names: readonly string[],
  permissions: readonly string[],
): CommandResult {
  const text = [
    names.length ? `${verb === 'granted' ? 'Granted' : 'Revoked'}: ${names.join(', ')}.` : 'Nothing to do.',
    permissionsText(permissions),
  ];
  return { text: text.join(' '), data: { [verb]: names, permissions }, isDone: names.length > 0 };
}
