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
    // As it comes: the cost of a hash and the limits on waiting for one.
    service = await RunningService.start({ PASSWORD_MEMORY_KIB: '', PASSWORD_ITERATIONS: '' });
  });
  afterAll(() => service.stop());

  const create = async (email: string) => (await service.post('/user/', { ...ada, email })).status;
  const burst = (size: number, emailOf: (n: number) => string) =>
    Promise.all(Array.from({ length: size }, (_, n) => create(emailOf(n))));

  it('creates one account of fifty requests for it at once, and refuses none', async () => {
    expect(await burst(50, () => 'one@example.com')).toEqual(Array(50).fill(200));
  });

  it('serves a hundred sign-ups at once from rest', async () => {
    expect(await burst(100, (n) => `user${n}@example.com`)).toEqual(Array(100).fill(200));
  });
});

// The priority of a thread can be seen on Linux only.
const onLinux = platform === 'linux' ? describe : describe.skip;
if (platform !== 'linux') process.stderr.write('SKIPPED: the priority of threads, for only Linux shows it\n');

onLinux('A service under a flood', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await RunningService.start({});
  });
  afterAll(() => service.stop());

  it('yields to no other program: its threads keep the priority that they were started with', () => {
    const { pid } = service.program;
    const threads = readdirSync(`/proc/${pid}/task`).map(Number);
    expect(threads.length).toBeGreaterThan(4);
    expect(threads.map((thread) => niceness(pid, thread))).toEqual(threads.map(() => niceness(pid, pid)));
  });

  it('keeps a crowd of new connections until it comes to take them', async () => {
    // No one takes a connection meanwhile: those beyond the backlog would never be made.
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
