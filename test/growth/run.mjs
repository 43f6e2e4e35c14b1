/**
 * What a user's second week does to the repository, in a copy of it: entities and columns are added, their migrations are
 * written, and then everything has to pass as before.
 *
 *   npm run test:growth -- [options of Jest]
 *
 * Runs every check, then every test: ours and the generated ones. Exit code 0: all passed.
 */
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { grow } from './grow.mjs';

const folder = await grow();
const failed = [
  ['npm', 'run', '-s', 'lint'],
  ['npm', 'run', '-s', 'types'],
  ['npm', 'run', '-s', 'walls'],
  ['npm', 'run', '-s', 'unused'],
  ['npm', 'test', '--', ...process.argv.slice(2)],
].filter(([command, ...parameters]) => {
  console.log(`\n--- grown: ${[command, ...parameters].join(' ')}`);
  return spawnSync(command, parameters, { cwd: folder, stdio: 'inherit' }).status !== 0;
});
await rm(folder, { recursive: true, force: true });
for (const command of failed) console.error(`Fails in a repository that has grown: ${command.join(' ')}`);
process.exitCode = failed.length ? 1 : 0;
