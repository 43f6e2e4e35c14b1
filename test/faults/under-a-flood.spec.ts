// Real: the whole service as a process, and its threads and its socket as the system has them. Nothing is fake.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { platform } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, RunningService } from '../support/running-service.js';

describe('A service under a burst', () => {
  let service: RunningService;
  beforeAll(async () => {
    // With the default hash cost and limits on the wait.
    service = await RunningService.start({ PASSWORD_MEMORY_KIB: '', PASSWORD_ITERATIONS: '' });
  });
  afterAll(() => service.stop());

  const create = async (email: string) => (await service.post('/user/', { ...ada, email })).status;
  const burst = (size: number, emailOf: (n: number) => string) =>
    Promise.all(Array.from({ length: size }, (_, n) => create(emailOf(n))));

  it('creates one account from fifty concurrent requests for it, and refuses none', async () => {
    expect(await burst(50, () => 'one@example.com')).toEqual(Array(50).fill(200));
  });

  it('serves a hundred concurrent sign-ups when idle', async () => {
    expect(await burst(100, (n) => `user${n}@example.com`)).toEqual(Array(100).fill(200));
  });
});

// The priority of a thread can be seen on Linux only.
const onLinux = platform === 'linux' ? describe : describe.skip;
if (platform !== 'linux')
  process.stderr.write('SKIPPED: the priority of threads, because only Linux shows it\n');

onLinux('A service under a flood', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await RunningService.start({});
  });
  afterAll(() => service.stop());

  it('keeps the scheduling priority of its threads', () => {
    const { pid } = service.program;
    const threads = readdirSync(`/proc/${pid}/task`).map(Number);
    expect(threads.length).toBeGreaterThan(4);
    expect(threads.map((thread) => niceness(pid, thread))).toEqual(threads.map(() => niceness(pid, pid)));
  });

  it('keeps many new connections until it accepts them', async () => {
    // No connection is accepted meanwhile, so those beyond the backlog would never be established.
    service.program.kill('SIGSTOP');
    const { hostname, port } = new URL(service.url);
    const crowd = Array.from({ length: 700 }, () => connect(Number(port), hostname));
    try {
      await Promise.all(crowd.map((socket) => once(socket, 'connect')));
    } finally {
      service.program.kill('SIGCONT');
      crowd.forEach((socket) => socket.destroy());
    }
  });
});

/** Field 19 of proc_pid_stat(5), counted behind the name, which may hold spaces. */
function niceness(pid: number, thread: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ');
  return Number(fields.split(' ')[19 - 3]);
}
