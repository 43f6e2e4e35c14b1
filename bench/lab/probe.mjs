/**
 * Loaded into every program under test before its own code (`node --import`): reports over the IPC channel what the
 * process has used so far. It reads this inside the process, where it is exact.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const questions = {
  /** Microseconds of processor time of all threads, since the start. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Bytes resident of this process and its children, on Linux. */
  family: () =>
    family(String(process.pid))
      .map(resident)
      .reduce((sum, bytes) => sum + bytes),
  /** Bytes resident now, and at most since the last `forgetPeak`. */
  memory: () => ({ resident: process.memoryUsage.rss(), peak: peak() }),
  forgetPeak() {
    if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
  },
};

// Requested by name, so that a program's own messages are ignored.
process.on('message', ({ probe, id }) => {
  if (probe) process.send({ probe: id, response: questions[probe]() });
});
process.channel.unref();

function family(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children];
}

const resident = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** On Linux `maxRSS` starts at that of the parent process. */
function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}
