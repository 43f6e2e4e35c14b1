import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { QueryRunner } from 'typeorm';
import { readServerState } from './postgres/server-state.js';

/** What a responding database reports about itself; problems are worded for operators. */
export interface DatabaseFacts {
  /** Why it accepts no writes. */
  readonly readOnly?: string;
  /** What will soon prevent writes. */
  readonly warning?: string;
}

/** Bytes below which a disk counts as full: a write needs a few pages of 4 KiB. */
const noSpaceBytes = 64 * 1024;

/** Costs one cheap statement, and writes nothing. */
export async function readFacts(runner: QueryRunner): Promise<DatabaseFacts> {
  const { options } = runner.dataSource;
  if (options.type === 'postgres') return postgresFacts(runner);
  await runner.query('SELECT 1 FROM sqlite_master LIMIT 1');
  return fileFacts(String(options.database));
}

async function postgresFacts(runner: QueryRunner): Promise<DatabaseFacts> {
  const state = await readServerState(runner, runner.dataSource.entityMetadatas);
  if (state.isStandby) return { readOnly: 'the database is a standby, which is read-only' };
  if (state.isReadOnly) return { readOnly: 'the database is read-only' };
  return state.deniedTable === null ? {} : { readOnly: 'the database user has no right to write' };
}

/** An open connection can still write after the file has lost its write permission, but not to a read-only disk. */
async function fileFacts(file: string): Promise<DatabaseFacts> {
  try {
    await access(file, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS' || code === 'EPERM') return { readOnly: 'the database is read-only' };
    return { warning: 'the database file is not writable: the next start would fail' };
  }
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize < noSpaceBytes ? { warning: 'the disk of the database is full' } : {};
}
