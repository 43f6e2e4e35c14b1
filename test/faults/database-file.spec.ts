/**
 * The service whose database file is taken away, and a start on a file that lacks its tables.
 * Real: the compiled programs, HTTP, the files. Fake: nothing; there is no notification service.
 */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { programPath, startProgram } from '../support/program.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';

let folder: string;
let file: string;
let service: RunningService | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-file-'));
  file = join(folder, 'accounts.db');
});
afterEach(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

const variables = () => ({
  DATABASE_URL: `sqlite:${file}`,
  NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
});

describe('A database file that is moved under the running service', () => {
  it('makes the service unready and its responses 503 within seconds, fails doctor, and is used again once it is back', async () => {
    service = await RunningService.start(variables());
    const { url } = service;
    const create = (email: string) => service?.post('/user/', { ...ada, email });
    const ready = async () => (await fetch(`${url}/health/ready`)).status;
    expect((await create('before@example.com'))?.status).toBe(200);
    await rename(file, join(folder, 'moved.db'));

    const refused = await create('lost@example.com');
    expect(refused?.status).toBe(503);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    await until('it is not ready', async () => (await ready()) === 503);
    const doctor = startProgram({
      cwd: folder,
      args: [programPath('src/cli/doctor.js')],
      variables: variables(),
    });
    const [code] = await doctor.ended;
    expect(doctor.output).toMatch(/accounts\.db is missing, but its log .* exists/);
    expect(code).toBe(2);

    await rename(join(folder, 'moved.db'), file);
    expect((await create('after@example.com'))?.status).toBe(200);
    await until('it is ready', async () => (await ready()) === 200);
    expect(service.program.output).toMatch(/was moved, deleted or replaced while this process has it open/);
  });
});

describe('A start on an existing file without tables of the service', () => {
  it('warns of it, and does not only report the created tables', async () => {
    await writeFile(file, '');
    service = await RunningService.start(variables());
    expect(service.program.output).toMatch(/already existed, and has no table of this service/);
  });

  it('is silent for a new file, and for one with the tables', async () => {
    for (const round of ['first', 'second']) {
      service = await RunningService.start(variables());
      expect(`${round}: ${service.program.output}`).not.toMatch(/already existed/);
      await service.stop();
    }
  });
});
