// Real: the whole service as a process, and its threads and its socket as the system has them. Nothing is fake.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { platform } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningService } from '../support/running-service.js';

// Elsewhere a thread has no priority of its own, and nothing is promised.
const onLinux = platform === 'linux' ? describe : describe.skip;

onLinux('A service under a flood', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await RunningService.start({});
  });
  afterAll(() => service.stop());

  it('answers before it hashes: the threads of the pool stand back behind the one that answers', () => {
    const { pid } = service.program;
    const others = readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .filter((thread) => thread !== pid);
    expect(niceness(pid, pid)).toBe(0);
    expect(others.length).toBeGreaterThanOrEqual(4);
    expect(others.map((thread) => niceness(pid, thread))).toEqual(others.map(() => 10));
  });

  it('keeps a crowd of new connections until it comes to take them', async () => {
    // Nobody takes a connection meanwhile: those beyond the backlog would never be made.
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
