import { statfs } from 'node:fs/promises';
import type { Finding } from './finding.js';

const mib = 2 ** 20;
/** Enough for hours of a busy service. */
const warningMib = 1_024;
/** Enough for minutes. */
const failureMib = 64;

/** Checks the free space where files grow. A database server's disk is not visible from here. */
export async function checkDisk(what: string, folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / mib);
  const found = `${free} MiB free for ${what} in ${folder}`;
  if (free >= warningMib) return { check: 'disk', status: 'ok', found };
  return {
    check: 'disk',
    status: free < failureMib ? 'failure' : 'warning',
    found,
    remedy:
      'Free space, or move the folder to a larger disk: while the disk is full, no account can be created',
  };
}
