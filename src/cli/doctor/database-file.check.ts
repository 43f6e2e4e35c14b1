import { access, constants } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding } from './finding.js';

/** The folder that contains a file, or in which it would have to be created. */
export function nearestFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) ? folder : nearestFolder(folder);
}

/** A SQLite database that does not exist yet: the first start creates it, if it may. */
export async function checkNewFile(file: string): Promise<Finding> {
  const folder = nearestFolder(file);
  if (existsSync(`${file}-wal`))
    return {
      check: 'database',
      status: 'failure',
      found: `${file} is missing, but its log ${file}-wal exists: it was moved or deleted, perhaps while a service was running`,
      remedy: 'Put the file back. Otherwise stop the service, and restore a backup: npm run restore -- FILE',
    };
  try {
    await access(folder, constants.W_OK);
    return {
      check: 'database',
      status: 'ok',
      found: `${file} does not exist yet; the first start creates it`,
    };
  } catch {
    return {
      check: 'database',
      status: 'failure',
      found: `${file} does not exist, and ${folder} cannot be written to`,
      remedy: 'Let this user write there, or set DATABASE_URL to another place',
    };
  }
}
