import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../peers');

/** The names that `--peer` accepts. */
export const peers = readdirSync(folder);

/** Installs the peer's own packages when they are missing. @returns its folder */
export async function ensurePeer(name) {
  const peer = join(folder, name);
  if (!existsSync(join(peer, 'node_modules'))) {
    process.stderr.write(`Installing ${name}\n`);
    execFileSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], {
      cwd: peer,
      stdio: ['ignore', 2, 2],
    });
  }
  return peer;
}
