import { readFile } from 'node:fs/promises';
import { envExample } from './env-example.js';
import { withCommonSettings } from './readme.js';

/** The expected text of the files that repeat the declarations of the settings. */
export async function settingsDocuments(sections) {
  const root = new URL('../../', import.meta.url);
  const readme = new URL('README.md', root);
  return [
    { path: new URL('.env.example', root), text: envExample(sections) },
    { path: readme, text: withCommonSettings(await readFile(readme, 'utf8'), sections) },
  ];
}
