/**
 * Case as Unicode's simple case folding has it: one character stands for one, whatever the language. It is taken from
 * JavaScript's regular expressions, so that no backend follows the tables of its database. (CaseFolding.txt, C and S)
 */

/** Where Unicode has letters with case; above are none. */
const lastCased = 0x1ffff;
const isCased = /^[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]$/u;

let spellings: ReadonlyMap<string, readonly string[]> | undefined;

/** The characters that differ from this one by case alone, including itself, in the order of their code points. */
export function spellingsOf(character: string): readonly string[] {
  spellings ??= tabulated();
  return spellings.get(character) ?? [character];
}

/** The same text for all texts that differ by case alone. */
export const folded = (text: string): string =>
  Array.from(text, (character) => spellingsOf(character)[0]).join('');

/** Every spelling of a text; undefined where there are more than `max`. */
export function everySpelling(text: string, max: number): string[] | undefined {
  let all = [''];
  for (const character of text) {
    const options = spellingsOf(character);
    if (all.length * options.length > max) return undefined;
    all = all.flatMap((beginning) => options.map((option) => beginning + option));
  }
  return all;
}

/** Groups by what both mappings lead to, then tells apart what folding does: ı and I have the same upper case. */
function tabulated(): ReadonlyMap<string, readonly string[]> {
  const candidates = new Map<string, string[]>();
  for (let point = 0; point <= lastCased; point++) {
    const character = String.fromCodePoint(point);
    if (!isCased.test(character)) continue;
    const key = character.toUpperCase().toLowerCase().toUpperCase();
    candidates.set(key, [...(candidates.get(key) ?? []), character]);
  }
  const table = new Map<string, readonly string[]>();
  for (const alike of candidates.values())
    for (const character of alike) {
      const sameCase = new RegExp(`^${character}$`, 'iu');
      const same = alike.filter((other) => sameCase.test(other));
      if (same.length > 1) table.set(character, same);
    }
  return table;
}
