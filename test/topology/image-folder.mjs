import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/**
 * Lays out what the Dockerfile puts into /app: the build, the packages of production alone, trimmed by the same script.
 * No one but the owner may write there, as on a read-only root file system.
 */
export function layImageFolder() {
  if (!existsSync(join(repository, 'dist/src/main.js'))) throw new Error('There is no build: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'accounts-topology-'));
  const app = join(folder, 'app');
  for (const path of ['dist', 'package.json', 'ops', ...productionPackages()])
    cpSync(join(repository, path), join(app, path), { recursive: true });
  execFileSync('sh', [join(repository, 'ops/trim-modules.sh'), join(app, 'node_modules')]);
  chmodSync(folder, 0o755);
  return { folder, app };
}

/** The folders of the packages that `npm ci --omit=dev` would install; what lies within another comes along with it. */
function productionPackages() {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const paths = listed
    .split('\n')
    .map((path) => relative(repository, path))
    .filter((path) => path.startsWith('node_modules'));
  return paths.filter((path) => !paths.includes(dirname(path).replace(/\/node_modules(\/@[^/]+)?$/, '')));
}

/** A folder in place of a volume. */
export function layVolume(folder, name, owner) {
  const path = join(folder, name);
  mkdirSync(path);
  if (owner) execFileSync('chown', [`${owner.uid}:${owner.gid}`, path]);
  return path;
}
