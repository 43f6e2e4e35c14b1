/**
 * A real program as a process of the crash suite: it loads, waits for its order, and then starts the API or the operator's
 * command, which know nothing of this. Started in advance, it can replace a killed process at once.
 *
 *     node crashing-program.js SENDER [PROGRAM ARGUMENT…]
 */
import { fileURLToPath } from 'node:url';
import '../../src/app.module.js';
import { observe, place } from './crash-points.js';
import type { CrashOrder, CrashReport } from './crash-order.js';
import { shiftClock } from './shifted-clock.js';

const [sender = '', program = 'src/main.js', ...args] = process.argv.slice(2);
const main = new URL(`../../${program}`, import.meta.url);
const report = (what: CrashReport) => process.send?.(what);

// No one is left to end this process when the suite is gone.
process.once('disconnect', () => process.exit(1));
process.once('message', (order: CrashOrder) => {
  observe(sender, report);
  place(order);
  process.on('message', ({ shift }: { shift: number }) => shiftClock(shift));
  process.argv = [process.argv[0]!, fileURLToPath(main), ...args];
  void import(main.href);
});
report({ kind: 'ready' });
