/** Characters of a local part and of a label in any script. What separates a value from its key (`/ = ?`) is not among them. */
const local = "[\\p{L}\\p{M}\\p{N}_.+%!#$&'*^`{|}~-]";
const label = '[\\p{L}\\p{M}\\p{N}_-]';
const email = new RegExp(
  `(?<!${local})${local}+(?:@|%40)${label}+(?:[.\\u3002\\uff0e\\uff61]${label}+)+`,
  'giu',
);

/** Longer than any address: one that the cut would go through is masked first. */
const margin = 320;

/** The text with every e-mail address in it masked, cut to `most` characters: fit for a log. */
export function redactEmails(text: string, max: number): string {
  return text
    .slice(0, max + margin)
    .replace(email, '***')
    .slice(0, max);
}
