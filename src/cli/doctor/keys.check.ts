import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import { rotationMs, signingKeysOf } from '../../modules/session/index.js';
import type { Finding } from './finding.js';

const check = 'keys';
const day = 86_400_000;

/** Checks that the keys that sign access tokens can be decrypted with KEY_SECRET, and are rotated in time. */
export async function checkKeys(dataSource: DataSource, settings: Settings): Promise<Finding[]> {
  if (!(await hasKeys(dataSource))) return [];
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
  if (ageMs > rotationMs + day)
    return [
      {
        check,
        status: 'warning',
        found: `the key that signs is ${Math.floor(ageMs / day)} days old: it is overdue for rotation`,
        remedy: 'A running service rotates it by itself. To rotate now: npm run keys -- rotate',
      },
    ];
  const found = current ? `one signs, for ${Math.floor(ageMs / day)} days` : 'there are none yet';
  return [{ check, status: 'ok', found }];
}

async function hasKeys(dataSource: DataSource): Promise<boolean> {
  const runner = dataSource.createQueryRunner('slave');
  try {
    return await runner.hasTable('signing_key');
  } finally {
    await runner.release();
  }
}
