/** Maximum length of a name or a surname in characters. */
export const maxNameLength = 200;

/** NFC and trimmed. */
export function normalizeName(text: string): string {
  return text.normalize('NFC').trim();
}

/** Controls, line separators, and format characters such as those that turn the direction of a text. */
export function hasHiddenCharacters(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}

/** Whether a reader sees a letter or a number. A Hangul filler is a letter that no one sees. */
export function hasVisibleLetter(text: string): boolean {
  return /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u.test(text);
}

const maxGreetingLength = 60;

/** A letter, then letters, marks, blanks, hyphens and apostrophes: no dot, colon, slash or @, which make a link. */
const nameLike = /^\p{L}[\p{L}\p{M} '\u2019\u02bc\u2010-]*$/u;
/** Invisible letters, letters that look like a dot or a colon, and the prefix of a link. */
const misleading = /\p{Default_Ignorable_Code_Point}|[\u02d0\u02d1\ua4f8-\ua4fd\ua78f]|\bwww\b/iu;

/**
 * The name as a mail may use it in its greeting: a stranger chose it, and the address may belong to anyone.
 * @returns undefined when the text does not look like a name, or could be read as a link
 */
export function greetingName(name: string): string | undefined {
  const text = normalizeName(name).replaceAll(/\p{Zs}+/gu, ' ');
  const isName = [...text].length <= maxGreetingLength && nameLike.test(text) && !misleading.test(text);
  return isName ? text : undefined;
}
