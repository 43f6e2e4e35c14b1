import { statfs } from 'node:fs/promises';
import type { Finding } from './finding.js';

const mib = 2 ** 20;
/** MiB: enough for hours of a busy service, and for minutes. */
const scarce = 1_024;
const almostNone = 64;

/** Whether there is space where files grow. A database server's disk is not visible from here. */
export async function checkDisk(what: string, folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / mib);
  const found = `${free} MiB free for ${what} in ${folder}`;
  if (free >= scarce) return { check: 'disk', status: 'ok', found };
  return {
    check: 'disk',
    status: free < almostNone ? 'failure' : 'warning',
    found,
    remedy:
      'Make room, or set the folder to a larger disk: a full one costs every creation until there is room again',
  };
}
