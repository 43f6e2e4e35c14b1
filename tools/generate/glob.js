import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths of the files below a folder whose names have this ending. */
export async function glob(folder, ending) {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith(ending)).map((file) => join(folder, file));
}
