/**
 * `node tools/run-command.js NAME [ARGUMENT …]`: runs an operators' command of src/cli, and builds the program first if
 * it has not been built. In a production installation, which has no tools, it is `node dist/src/cli/NAME.js`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [name] = process.argv.splice(2, 1);
const command = new URL(`../dist/src/cli/${name}.js`, import.meta.url);

if (!existsSync(command)) {
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  // What a command prints may be read by a program, so the build writes to stderr.
  const { status } = spawnSync(process.execPath, [nest, 'build'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
process.argv[1] = fileURLToPath(command);
await import(command.href);
