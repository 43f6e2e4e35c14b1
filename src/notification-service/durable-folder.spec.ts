/** Real: the disk. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DurableFolder } from './durable-folder.js';

let path: string;
beforeEach(async () => void (path = await mkdtemp(join(tmpdir(), 'durable-'))));
afterEach(() => rm(path, { recursive: true, force: true }));

describe('DurableFolder.write', () => {
  it('writes the whole file, also in a new subfolder, and leaves no draft', async () => {
    const folder = await DurableFolder.open(path);
    await folder.write(join('sub', 'file'), 'content');
    expect(await readFile(join(path, 'sub', 'file'), 'utf8')).toBe('content');
    expect(await readdir(join(path, '.unfinished'))).toEqual([]);
  });

  it('leaves neither file nor draft when it fails', async () => {
    const folder = await DurableFolder.open(path);
    await writeFile(join(path, 'sub'), 'a file where the folder should be');
    await expect(folder.write(join('sub', 'file'), 'content')).rejects.toThrow();
    expect(await readdir(path)).toEqual(['.unfinished', 'sub']);
    expect(await readdir(join(path, '.unfinished'))).toEqual([]);
  });
});

describe('DurableFolder.open', () => {
  it('deletes only what a killed process left', async () => {
    await (await DurableFolder.open(path)).write('file', 'content');
    await writeFile(join(path, '.unfinished', 'half'), 'ha');
    await DurableFolder.open(path);
    expect(await readdir(path)).toEqual(['.unfinished', 'file']);
    expect(await readdir(join(path, '.unfinished'))).toEqual([]);
  });
});
