import type { Finding } from '../../src/cli/doctor/finding.js';
import { runCommand } from './commands.js';

/** OWASP's least, so that nothing is to be said about it on any machine but a very slow one. */
const settings = { PASSWORD_CONCURRENCY: '1', PASSWORD_MAX_WAIT_MS: '60000' };

/** What `npm run doctor -- --json` finds, run in a folder. */
export async function examine(variables: NodeJS.ProcessEnv, cwd: string) {
  const began = performance.now();
  const { code, output } = await runCommand('doctor', ['--json'], {
    cwd,
    variables: { ...settings, ...variables },
  });
  const all = JSON.parse(output) as Finding[];
  return {
    code,
    output,
    all,
    durationMs: performance.now() - began,
    of: (check: Finding['check']) => all.filter((finding) => finding.check === check),
    failures: all.filter(({ status }) => status === 'failure').map(({ check }) => check),
  };
}
