// Real: the compiled program, a SQLite file, a file system without space (or, without the right to mount one, a limit
// on
// the size of files). Fake: the notification service, which is healthy.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { createSmallDisk, type SmallDisk } from './full-disk.js';
import { Installation } from './installation.js';

const envelope = { status_code: 503, detail: 'Service Unavailable', error: 'HTTPException' };

let disk: SmallDisk;
let installation: Installation;

beforeEach(async () => {
  disk = await createSmallDisk();
  installation = await Installation.start(`sqlite:${join(disk.folder, 'accounts.db')}`);
});

afterEach(async () => {
  await installation.destroy();
  await disk.remove();
});

describe('A full disk', () => {
  it('causes 503 while it lasts, and loses no acknowledged account', async () => {
    await installation.create('before@example.com');
    await disk.fill(installation.process.pid);

    // A log that was checkpointed before has some space left for its next entries.
    for (let number = 0; number < 500 && lastStatus() === 200; number++)
      await installation.create(`during-${number}@example.com`);
    const refused = await installation.create('refused@example.com');
    const read = await installation.signIn('before@example.com');
    await disk.free(installation.process.pid);
    const after = await installation.create('after@example.com');

    expect(refused).toMatchObject({ status: 503, body: envelope, retryAfterHeader: '1' });
    expect(read).toMatchObject({
      status: 400,
      body: { detail: 'User must be activated via /user/activate/' },
    });
    expect(after.status).toBe(200);
    expect(await installation.audit()).toEqual([]);
  });
});

const lastStatus = () => installation.responses.at(-1)?.status;
