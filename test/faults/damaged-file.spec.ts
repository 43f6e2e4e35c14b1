// Real: the compiled program as a process, and files that are damaged in several ways. Nothing is fake.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../support/program.js';

const pageSize = 4096;

let folder: string;
let healthy: string;

const start = (file: string) =>
  startProgram({
    cwd: folder,
    variables: {
      PORT: '0',
      LOG_FORMAT: 'json',
      DATABASE_URL: `sqlite:${file}`,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    },
  });

async function overwrite(file: string, position: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
}

/** Kinds of damage, in an operator's words. */
const damages: Record<string, (file: string) => Promise<void>> = {
  'cut in half': async (file) => truncate(file, (await readFile(file)).length / 2),
  'cut inside a page': async (file) => truncate(file, (await readFile(file)).length - pageSize / 2),
  'another kind of file': (file) =>
    writeFile(file, 'These are the minutes of our last meeting.\n'.repeat(200)),
  'overwritten at its beginning': (file) => overwrite(file, 0, Buffer.alloc(pageSize)),
  'overwritten in its middle': (file) => overwrite(file, 2 * pageSize, Buffer.alloc(3 * pageSize, 0xff)),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-damaged-'));
  healthy = join(folder, 'healthy.db');
  const program = start(healthy);
  const [, url] = await program.said(/API (http:\/\/[^/]+)\//);
  for (let number = 0; number < 20; number++) {
    const account = { name: 'A', surname: 'B', email: `a${number}@example.com`, password: 'a-long-password' };
    const { status } = await fetch(`${url}/user/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(account),
    });
    expect(status).toBe(200);
  }
  program.kill('SIGTERM');
  await program.ended;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('The start on a damaged database file', () => {
  it.each(Object.entries(damages))(
    'reports a file that was %s with the remedy, and leaves it unchanged',
    async (name, damage) => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.db`);
      await cp(healthy, file);
      await damage(file);
      const before = await readFile(file);

      const program = start(file);
      const [code] = await program.ended;

      expect(code).toBe(1);
      const lines = program.output.split('\n').filter((line) => line.includes(file));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/is damaged or not a SQLite database \(.+\)/);
      expect(lines[0]).toMatch(/restore it from a backup, or name another file in DATABASE_URL/);
      expect(program.output).not.toMatch(/\n\s+at /);
      expect((await readFile(file)).equals(before)).toBe(true);
    },
  );

  it('names a file that cannot be opened', async () => {
    const file = join(folder, 'a-folder');
    await mkdir(file);

    const program = start(file);
    const [code] = await program.ended;

    expect(code).toBe(1);
    expect(program.output).toContain(`The database file ${file} cannot be opened`);
  });

  it('succeeds when the file is not damaged', async () => {
    const file = join(folder, 'copy.db');
    await cp(healthy, file);
    const program = start(file);
    await program.said(/API http/);
    program.kill('SIGTERM');
    expect((await program.ended)[0]).toBe(0);
  });
});
