import { readFile } from 'node:fs/promises';
import { glob } from './glob.js';
import { Refusal } from './refusal.js';

/** @throws Refusal for a reference to an unknown entity, or a required one to the entity itself */
export async function refuseUnknownReferences({ table }, fields) {
  const tables = await tablesOfEntities();
  for (const { name, references, isOptional } of fields) {
    if (!references) continue;
    if (references === table && !isOptional)
      throw new Refusal(
        `The field ${name} refers to its own entity, so the first record could not exist. Mark it: ${name}:reference:${table.replaceAll('_', '-')}:optional`,
      );
    if (references !== table && !tables.has(references))
      throw new Refusal(
        `The field ${name} refers to ${named(references)}, which is not an entity with an id. Generate it first, or name ` +
          `one of ${[...tables].map(named).sort().join(', ')}.`,
      );
  }
}

/** An entity as the command names it. @param {string} table */
const named = (table) => table.replaceAll('_', '-');

/** The tables whose key is the text `id`. */
async function tablesOfEntities() {
  const tables = new Set();
  for (const path of await glob('src', '.entity.ts')) {
    const text = await readFile(path, 'utf8');
    const [, table] = /@Entity\('([^']+)'\)/.exec(text) ?? [];
    if (table && /\n\s*(?:@IdField\(\)|@PrimaryColumn\([^\n]*varchar[^\n]*\))\s+id!: string;/.test(text))
      tables.add(table);
  }
  return tables;
}
