import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endWithUs } from './end-with-us.mjs';

const file = resolve(import.meta.dirname, '../../ops/nginx.conf');

/** The path of nginx on this machine, or undefined. */
export function findNginx() {
  try {
    return execFileSync('sh', ['-c', 'PATH="$PATH:/usr/sbin" command -v nginx'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Runs nginx with ops/nginx.conf, in which only addresses and folders are those of this machine. */
export async function startNginx(nginx, { port, replicas, folder }) {
  const home = join(folder, `nginx-${port}`);
  mkdirSync(home, { mode: 0o777 });
  const servers = replicas.map((address) => `server ${address} max_fails=0;`).join('\n    ');
  const changes = [
    [/listen 8000;/, `listen 127.0.0.1:${port};`],
    [/server api:8000 resolve max_fails=0;/, servers],
    [/resolver 127\.0\.0\.11 [^;]*;/, ''],
    // Since nginx 1.27.4; the nginx of this machine may be older.
    [/keepalive_min_timeout [^;]*;/, ''],
  ];
  const config = changes.reduce(
    (text, [what, by]) => {
      if (!what.test(text))
        throw new Error(`ops/nginx.conf has no ${what} any more: change this script with it`);
      return text.replace(what, by);
    },
    readFileSync(file, 'utf8'),
  );
  const written = join(home, 'nginx.conf');
  writeFileSync(written, config.replaceAll('/tmp/', `${home}/`));
  const child = spawn(nginx, ['-c', written, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] });
  endWithUs(child, 'SIGTERM');
  const lines = [];
  child.stderr.setEncoding('utf8').on('data', (text) => lines.push(...text.split('\n').filter(Boolean)));
  const ended = once(child, 'exit');
  return {
    name: 'nginx',
    /** Its output, including every request that it had to pass to another replica. */
    lines,
    stop: async () => {
      child.kill('SIGQUIT');
      await ended;
    },
  };
}
