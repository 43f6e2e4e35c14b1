import { parseArgs } from 'node:util';
import { UsageError } from './usage.error.js';

export interface Arguments {
  readonly json: boolean;
  readonly help: boolean;
  readonly positionals: readonly string[];
}

/** Reads a command line whose only options are --json and --help. @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { ...values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
