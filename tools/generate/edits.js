import { readFile } from 'node:fs/promises';
import { formatted } from './formatted.js';
import { Refusal } from './refusal.js';

/**
 * A file with texts inserted, each after the one place that its anchor matches.
 * @param {string} path
 * @param {(readonly [anchor: RegExp, text: string])[]} insertions
 * @throws Refusal when there is no such place, or there are several
 */
export async function edited(path, insertions) {
  const before = await readFile(path, 'utf8');
  let text = before;
  for (const [anchor, inserted] of insertions) {
    const places = [...text.matchAll(new RegExp(anchor, 'gm'))];
    if (places.length !== 1)
      throw new Refusal(
        `${path} has ${places.length || 'no'} places for ${inserted.trim()}: one that matches ${anchor} is needed. Add it, ` +
          'and generate again.',
      );
    const end = places[0].index + places[0][0].length;
    text = text.slice(0, end) + inserted + text.slice(end);
  }
  return { path, before, text: path.endsWith('.ts') ? await formatted(path, text) : text };
}
