/** `npm run settings`: writes the documents that repeat the settings: .env.example and the table in README.md. */
import { writeFile } from 'node:fs/promises';
import { settingsDocuments } from './settings/documents.js';

const { sections } = await import(new URL('../dist/src/config/sections.js', import.meta.url).href);

for (const { path, text } of await settingsDocuments(sections)) await writeFile(path, text);
