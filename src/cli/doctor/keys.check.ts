import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import { rotationMs, SigningKey, signingKeysOf } from '../../modules/session/index.js';
import { dayMs } from '../../ddd/timing/index.js';
import type { Finding } from './finding.js';
import { hasTable } from './has-table.js';

const check = 'keys';

/** Checks that the keys that sign access tokens can be decrypted with KEY_SECRET, and are rotated in time. */
export async function checkKeys(dataSource: DataSource, settings: Settings): Promise<Finding[]> {
  if (!(await hasTable(dataSource, SigningKey))) return [];
  const signingKeys = signingKeysOf(dataSource, settings);
  const keys = (await signingKeys.list()).filter(({ privateKey }) => privateKey !== null);
  const unreadable = keys.filter((key) => !signingKeys.isReadable(key));
  if (unreadable.length)
    return [
      {
        check,
        status: 'failure',
        found: `KEY_SECRET does not decrypt ${unreadable.map(({ id }) => id).join(', ')}: no one can sign in to a session`,
        remedy:
          'Put back the KEY_SECRET that they were encrypted under, or replace them: npm run keys -- rotate',
      },
    ];
  const current = keys.find(({ state }) => state === 'current');
  const ageMs = Date.now() - (current?.activatedAt ?? Date.now());
  if (ageMs > rotationMs + dayMs)
    return [
      {
        check,
        status: 'warning',
        found: `the key that signs is ${Math.floor(ageMs / dayMs)} days old: it is overdue for rotation`,
        remedy: 'A running service rotates it by itself. To rotate now: npm run keys -- rotate',
      },
    ];
  const found = current ? `one signs, for ${Math.floor(ageMs / dayMs)} days` : 'there are none yet';
  return [{ check, status: 'ok', found }];
}
