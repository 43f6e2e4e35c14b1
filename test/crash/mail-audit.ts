import type { Evidence } from './evidence.js';
import { grouped } from './grouped.js';
import { none, type Stat } from './stat.js';

/** By the purpose of a token, the topic of the mail that carries it. */
const topicOf: Readonly<Record<string, string>> = {
  verification: 'notification.verification',
  reset: 'notification.password-forgotten',
  'email-change': 'notification.email-change',
};

/** Compares the mails that were requested with the tokens and the mails in the database. */
export function mailStats({ tables, requested }: Evidence): Stat[] {
  const nameOf = (email: string, purpose: string) => `${email} ${topicOf[purpose] ?? purpose}`;
  const tokens = grouped(tables.tokens, ({ email, purpose }) => nameOf(email, purpose));
  const mails = grouped(tables.mails, ({ email, topic }) => `${email} ${topic}`);
  const countIn = (rows: ReadonlyMap<string, readonly unknown[]>, name: string) =>
    rows.get(name)?.length ?? 0;
  const carrying = [...mails.keys()].filter((name) =>
    Object.values(topicOf).some((topic) => name.endsWith(` ${topic}`)),
  );
  const wishes = [...requested].flatMap(([email, purposes]) =>
    [...purposes].map((purpose) => nameOf(email, purpose)),
  );
  return [
    { name: 'mails requested', value: wishes.length },
    { name: 'tokens of mails', value: tables.tokens.length },
    none(
      'requested mails lost',
      wishes.filter((name) => !mails.has(name)),
    ),
    none(
      'tokens without their mail',
      [...tokens.keys()].filter((name) => countIn(tokens, name) > countIn(mails, name)),
    ),
    // A newer token replaces an earlier one, so an account may have more mails than tokens.
    none(
      'mails without their token',
      carrying.filter((name) => !tokens.has(name)),
    ),
  ];
}
