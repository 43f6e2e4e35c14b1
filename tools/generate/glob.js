import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';

/** Paths of the files below a folder whose names have this ending, with slashes on every system. */
export async function glob(folder, ending) {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file.replaceAll(sep, '/')}`);
}
