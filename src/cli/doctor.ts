import { parseArgs } from 'node:util';
import { exitCodeOf, exitCodes, reportOf } from './doctor/finding.js';
import { examine } from './doctor/examine.js';

const usage = `Checks everything that the service needs, and says how to fix each problem. Changes nothing.

  npm run doctor
  npm run -s doctor -- --json    the findings as JSON

Exit code: 0 all is well, 1 warnings, 2 failures or wrong arguments.`;

try {
  const { json, help } = readArguments();
  if (help) console.log(usage);
  else await examineAndReport(json);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodes.failure;
}

function readArguments(): { readonly json: boolean; readonly help: boolean } {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values;
}

async function examineAndReport(json: boolean): Promise<void> {
  const findings = await examine();
  const text = json ? JSON.stringify(findings, null, 2) : reportOf(findings);
  // A check that timed out may still be waiting for something.
  process.stdout.write(`${text}\n`, () => process.exit(exitCodeOf(findings)));
}
