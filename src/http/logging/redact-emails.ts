/**
 * Characters of a local part and of a label in any script, without those that separate a value from its key (`/ = ?`).
 */
const local = "[\\p{L}\\p{M}\\p{N}_.+%!#$&'*^`{|}~-]";
const label = '[\\p{L}\\p{M}\\p{N}_-]';
const email = new RegExp(
  `(?<!${local})${local}+(?:@|%40)${label}+(?:[.\\u3002\\uff0e\\uff61]${label}+)+`,
  'giu',
);

/** Without it there is no address, and nothing to search for. */
const at = /@|%40/;

/** Longer than any address: an address at the cut is masked before the cut. */
const margin = 320;

/** Masks every e-mail address in the text and cuts it to `max` characters, for the log. */
export function redactEmails(text: string, max: number): string {
  if (!at.test(text)) return text.slice(0, max);
  return text
    .slice(0, max + margin)
    .replace(email, '***')
    .slice(0, max);
}
