/** Real: the record and the disk. The clock is a parameter. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DurableFolder } from '../durable-folder.js';
import { IdempotencyStore } from './idempotency-store.js';

const day = 24 * 3_600_000;
let path: string;
let record: IdempotencyStore;

beforeEach(async () => {
  Logger.overrideLogger(false);
  path = await mkdtemp(join(tmpdir(), 'sent-'));
  record = new IdempotencyStore(await DurableFolder.open(path));
});
afterEach(() => rm(path, { recursive: true, force: true }));

describe('IdempotencyStore.find', () => {
  it('returns what was added under the key, and nothing for another', async () => {
    await record.add('key', 'fingerprint');
    expect(await record.find('key')).toBe('fingerprint');
    expect(await record.find('KEY')).toBeUndefined();
  });

  it('finds a key of an earlier day', async () => {
    await record.add('key', 'fingerprint');
    await mkdir(join(path, '2999-01-01'));
    expect(await record.find('key')).toBe('fingerprint');
  });
});

describe('IdempotencyStore.purge', () => {
  it('keeps a key for 14 days, then forgets it and its folder', async () => {
    await record.add('key', 'fingerprint');
    await record.purge(Date.now() + 14 * day);
    expect(await record.find('key')).toBe('fingerprint');
    await record.purge(Date.now() + 15 * day);
    expect(await record.find('key')).toBeUndefined();
    expect(await readdir(path)).toEqual(['.unfinished']);
  });

  it('deletes only its own folders', async () => {
    await writeFile(join(path, 'note.txt'), 'keep');
    await record.purge(Date.now() + 100 * day);
    expect(await readdir(path)).toContain('note.txt');
  });

  it('skips a folder that it cannot empty', async () => {
    await mkdir(join(path, '2000-01-01', 'not-a-file', 'deep'), { recursive: true });
    await expect(record.purge()).resolves.toBeUndefined();
    await record.add('key', 'fingerprint');
    expect(await record.find('key')).toBe('fingerprint');
  });
});
