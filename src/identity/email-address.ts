import { domainToASCII, domainToUnicode } from 'node:url';
import { isEmail } from 'class-validator';
import { foldCase } from './case-folding.js';

/** Maximum length of an address in characters: what an SMTP path leaves room for (RFC 5321, erratum 1690). */
export const maxEmailLength = 254;

/**
 * Control, format, private and unassigned characters, every kind of space, and what is not displayed. An unassigned
 * character is refused because a later version of Unicode may give it a case, and so another canonical form.
 */
const hidden = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** A quoted local part, and letters of half or full width, which are typed by accident with an input method. */
const refusedInLocalPart = /["\uff01-\uffee]/;

/** Of ASCII only what a domain has: domainToASCII reads a URL's host, and would decode `%6d` and stop at `/`. */
const domainCharacters = /^[A-Za-z0-9.\-\u0080-\u{10ffff}]+$/u;

/**
 * The one form of an e-mail address by which an account is known: NFC, trimmed, the local part in simple case folding,
 * the domain in A-labels. It is stored, looked up, and written into the envelope of a mail, so that one mailbox is one
 * account. The local part is at most 64 octets, as SMTP demands.
 * @returns undefined when the text is not an e-mail address that this product accepts; docs/adr/0024 says which it refuses
 */
export function canonicalEmail(text: string): string | undefined {
  const visible = text.normalize('NFC').trim();
  if (hidden.test(visible)) return undefined;
  const at = visible.lastIndexOf('@');
  const typed = visible.slice(0, Math.max(at, 0));
  if (refusedInLocalPart.test(typed)) return undefined;
  const domain = asciiDomain(visible.slice(at + 1));
  if (domain === undefined) return undefined;
  // Folding may bring together what composes: J with a caron has no capital of its own, j with a caron is a letter.
  const email = `${foldCase(typed).normalize('NFC')}@${domain}`;
  return isEmail(email) ? email : undefined;
}

/** Not folded: a name may hold `ς` or `ß`, and is then registered apart from one with `σ` or `ss`. */
function asciiDomain(domain: string): string | undefined {
  if (!domainCharacters.test(domain)) return undefined;
  // UTS #46 maps the capital ẞ to ß since Unicode 15.1; Node 20 still follows the older ss.
  const ascii = domainToASCII(domain.replaceAll('ẞ', 'ß'));
  const unicode = domainToUnicode(ascii);
  // Some A-labels decode to nothing that encodes to them. Node 24 leaves these as they are.
  const isDecoded = !/(?:^|\.)xn--/.test(unicode) && domainToASCII(unicode) === ascii;
  return ascii && isDecoded ? ascii : undefined;
}
