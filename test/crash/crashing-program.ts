/**
 * The real API as a process of the crash suite: it loads, waits for its order, and then starts src/main.js, which knows
 * nothing of this. Started beforehand, it can take the place of a killed process at once.
 */
import '../../src/app.module.js';
import { observe, place } from './crash-points.js';
import type { CrashOrder, CrashReport } from './crash-order.js';

const [sender = ''] = process.argv.slice(2);
const report = (what: CrashReport) => process.send?.(what);

// Nobody is left to end this process when the suite is gone.
process.once('disconnect', () => process.exit(1));
process.once('message', (order: CrashOrder) => {
  observe(sender, report);
  place(order);
  void import(new URL('../../src/main.js', import.meta.url).href);
});
report({ kind: 'ready' });
