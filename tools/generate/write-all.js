import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from './refusal.js';

/** Writes new files, then changed ones; when one cannot be written, it undoes the others. */
export async function writeAll(files, changes) {
  const undo = [];
  try {
    for (const { path, text } of files) {
      const made = await mkdir(dirname(path), { recursive: true });
      if (made) undo.unshift(() => rm(made, { recursive: true, force: true }));
      await writeFile(path, text, { flag: 'wx' });
      undo.unshift(() => rm(path, { force: true }));
    }
    for (const change of changes) {
      await replace(change);
      undo.unshift(() => writeFile(change.path, change.before));
    }
  } catch (error) {
    for (const step of undo) await step();
    throw error instanceof Refusal
      ? error
      : new Refusal(`Nothing was generated: ${error.message}. Make the folder writable, and generate again.`);
  }
}

/** Atomic, so that no reader sees half a file. */
async function replace({ path, before, text }) {
  if ((await readFile(path, 'utf8')) !== before)
    throw new Refusal(`${path} was changed meanwhile, and nothing was generated. Generate again.`);
  await writeFile(`${path}.new`, text, { flag: 'wx' });
  await rename(`${path}.new`, path);
}
