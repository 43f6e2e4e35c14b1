import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'dist/src/main.js');

/** The path of a file of the built product. */
export const built = (path) => join(root, 'dist', path);

/** Builds the product unless the build is newer than every source. */
export function buildWhenStale() {
  if (existsSync(main) && newest(join(root, 'src')) < statSync(main).mtimeMs) return;
  process.stderr.write('Building the product\n');
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
}

function newest(folder) {
  const times = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs);
  return Math.max(...times, statSync(join(root, 'ormconfig.ts')).mtimeMs);
}
