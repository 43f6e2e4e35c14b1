import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Does something beside processes of this session that take whatever processor time they get. */
export async function besideBusyProcesses(count, work) {
  const busy = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    await Promise.all(busy.map((child) => once(child, 'spawn')));
    return await work();
  } finally {
    await Promise.all(busy.map((child) => (child.kill('SIGKILL'), once(child, 'exit'))));
  }
}
