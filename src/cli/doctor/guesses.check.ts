import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import { DatabaseCountStore, LimitCount, LimitCountRepository } from '../../ddd/limit/index.js';
import { hourMs } from '../../ddd/timing/index.js';
import { KeySecret, limitSecretOf } from '../../modules/session/index.js';
import { guessLimit, UserRepository } from '../../modules/user/index.js';
import type { Finding } from './finding.js';
import { hasTable } from './has-table.js';
import { nameList } from './name-list.js';

const check = 'guesses';
const maxLocked = 10_000;

/** Whether passwords are being guessed, and which accounts that has locked. */
export async function checkGuesses(dataSource: DataSource, settings: Settings): Promise<Finding[]> {
  if (!(await hasTable(dataSource, LimitCount))) return [];
  const counts = new LimitCountRepository(dataSource);
  const locked = await counts.list({ name: guessLimit, expiresAt: { isNull: true } }, { limit: maxLocked });
  const slowed = await counts.count({
    name: guessLimit,
    expiresAt: { isNull: false },
    count: { gte: 5 },
    since: { gte: Date.now() - hourMs },
  });
  const findings: Finding[] = [];
  if (locked.length) findings.push(await reportLocked(dataSource, settings, locked));
  if (slowed)
    findings.push({
      check,
      status: 'warning',
      found: `within the last hour, ${slowed} e-mail addresses had wrong passwords five times in a row or more often`,
      remedy: 'If your users have not just forgotten them: docs/guide/operate.md#someone-guesses-passwords',
    });
  if (settings.http.rateLimitPerMinute === 0)
    findings.push({
      check,
      status: 'warning',
      found: 'RATE_LIMIT_PER_MINUTE is 0: one client may try the passwords of any number of accounts',
      remedy: 'Remove it, or let a proxy in front limit each client',
    });
  return findings.length ? findings : [{ check, status: 'ok', found: 'no account is locked' }];
}

/** The table holds hashes only, so the accounts are found by hashing their addresses. */
async function reportLocked(
  dataSource: DataSource,
  settings: Settings,
  locked: readonly LimitCount[],
): Promise<Finding> {
  const store = new DatabaseCountStore(dataSource, limitSecretOf(new KeySecret(settings)));
  const owners = new Set(locked.map(({ key }) => key.split('.')[0]));
  const ids: string[] = [];
  for await (const { id, email } of new UserRepository(dataSource).stream())
    if (owners.has(store.hash(guessLimit, email))) ids.push(id);
  const named = ids.length ? `; accounts: ${nameList(ids)}` : '';
  return {
    check,
    status: 'warning',
    found: `${owners.size} e-mail addresses are locked after 100 wrong passwords in a row${named}`,
    remedy: 'When the owner has shown who they are: npm run accounts -- unlock EMAIL',
  };
}
