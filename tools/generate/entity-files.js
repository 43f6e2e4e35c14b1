import { formatted } from './formatted.js';
import { httpFiles } from './http-files.js';
import { storageFiles } from './storage-files.js';
import { testFile } from './test-file.js';

/** Every new file of an entity: path and text. */
export async function entityFiles(name, fields, access) {
  const files = [
    ...storageFiles(name, fields, access),
    ...httpFiles(name, fields, access),
    testFile(name, fields, access),
  ];
  return Promise.all(files.map(async ({ path, text }) => ({ path, text: await formatted(path, text) })));
}
