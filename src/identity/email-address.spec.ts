// Real: the canonical form. Nothing is fake. Random spellings are in test/contract/email-envelope.spec.ts.
import { describe, expect, it } from '@jest/globals';
import { canonicalEmail } from './email-address.js';

const u = (...codePoints: number[]) => String.fromCodePoint(...codePoints);

describe('canonicalEmail', () => {
  it.each([
    ['itself', 'john@example.com'],
    ['capitals', 'JOHN@EXAMPLE.COM'],
    ['blanks around it', ' \t\njohn@example.com\r\n'],
    ['a no-break space before it', '\u00a0john@example.com'],
    ['a byte order mark before it', '\ufeffjohn@example.com'],
    ['an ideographic space after it', 'john@example.com\u3000'],
    ['a domain of full width', 'john@ｅｘａｍｐｌｅ.ｃｏｍ'],
    ['an ideographic full stop', 'john@example。com'],
    ['a full stop of full width', 'john@example．com'],
    ['a full stop of half width', 'john@example｡com'],
    ['mathematical letters in the domain', 'john@𝐞xample.com'],
    ['a long s in the domain', 'john@example.com'.replace('s', 'ſ')],
  ])('is the same for a spelling with %s', (_, spelling) => {
    expect(canonicalEmail(spelling)).toBe('john@example.com');
  });

  it.each([
    ['the Kelvin sign and k', u(0x212a, 0x40) + 'example.com', 'k@example.com'],
    ['a long s and s', 'ſam@example.com', 'sam@example.com'],
    ['the final sigma and sigma', 'ΟΔΟΣ@example.gr', 'οδοσ@example.gr'],
    ['the sharp S and ß', 'STRAẞE@example.de', 'straße@example.de'],
    ['the Angstrom sign and å', u(0x212b) + 'ke@example.se', 'åke@example.se'],
    ['NFD and NFC', 'zoe\u0308@example.com', 'zoë@example.com'],
    ['J with a caron, which only composes in lower case', 'J\u030c@example.com', 'ǰ@example.com'],
    ['the micro sign and mu', 'µ@example.com', 'μ@example.com'],
    ['small Cherokee and its capitals', '\uab70@example.com', '\u13a0@example.com'],
    ['a capital dotted I, which has no simple folding', 'İ@example.com', 'İ@example.com'],
    ['a dotless i, which is no i', 'ı@example.com', 'ı@example.com'],
    ['Umlauts and an A-label', 'a@MÜNCHEN.example', 'a@xn--mnchen-3ya.example'],
    ['an A-label in capitals', 'a@XN--MNCHEN-3YA.example', 'a@xn--mnchen-3ya.example'],
    ['ß in the domain, which is not ss', 'a@straße.example', 'a@xn--strae-oqa.example'],
    ['the capital ẞ in the domain', 'a@STRAẞE.example', 'a@xn--strae-oqa.example'],
    ['the final sigma in the domain, which is a name of its own', 'a@ς.gr', 'a@xn--3xa.gr'],
    ['a plus and dots, which are the mailbox', 'J.o+x@example.com', 'j.o+x@example.com'],
  ])('accepts %s', (_, spelling, form) => {
    expect(canonicalEmail(spelling)).toBe(form);
  });

  it.each([
    ['nothing', ''],
    ['no @', 'john.example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'john@'],
    ['two @', 'john@x@example.com'],
    ['an @ of full width', 'john＠example.com'],
    ['a quoted local part', '"john"@example.com'],
    ['a quoted local part with a blank', '"john doe"@example.com'],
    ['a domain literal', 'john@[127.0.0.1]'],
    ['an IPv6 literal', 'john@[IPv6:::1]'],
    ['an IPv4 address', 'john@127.0.0.1'],
    ['an IPv4 address in hexadecimal', 'john@0x7f.1'],
    ['a comment', 'john(x)@example.com'],
    ['a display name', 'John <john@example.com>'],
    ['a blank inside', 'jo hn@example.com'],
    ['a no-break space inside', 'jo\u00a0hn@example.com'],
    ['a thin space before the @', 'john\u2009@example.com'],
    ['a tab inside', 'jo\thn@example.com'],
    ['NUL', 'jo\0hn@example.com'],
    ['a next-line control after it', 'john@example.com\u0085'],
    ['a line separator inside', 'jo\u2028hn@example.com'],
    ['a soft hyphen', 'jo\u00adhn@example.com'],
    ['a soft hyphen in the domain', 'john@exam\u00adple.com'],
    ['a zero-width space', 'john\u200b@example.com'],
    ['a zero-width non-joiner', 'jo\u200chn@example.com'],
    ['a zero-width joiner', 'jo\u200dhn@example.com'],
    ['a word joiner in the domain', 'john@exam\u2060ple.com'],
    ['a right-to-left override', '\u202ejohn@example.com'],
    ['a byte order mark inside', 'jo\ufeffhn@example.com'],
    ['a variation selector', 'john\ufe0f@example.com'],
    ['a combining grapheme joiner', 'jo\u034fhn@example.com'],
    ['a Hangul filler', 'john\u3164@example.com'],
    ['a tag character', `john${u(0xe0041)}@example.com`],
    ['a private character', 'jo\ue000hn@example.com'],
    ['an unassigned character', 'jo\u0378hn@example.com'],
    ['a lone surrogate', 'jo\ud800hn@example.com'],
    ['a local part of full width', 'ｊｏｈｎ@example.com'],
    ['a local part of half width', 'ｱ@example.com'],
    ['a percent sign in the domain', 'john@exa%6dple.com'],
    ['a slash in the domain', 'john@example.com/x'],
    ['a query in the domain', 'john@example.com?x'],
    ['a port', 'john@example.com:25'],
    ['a backslash in the domain', 'john@example.com\\x'],
    ['a trailing dot', 'john@example.com.'],
    ['a trailing ideographic full stop', 'john@example.com。'],
    ['two dots in the domain', 'john@example..com'],
    ['two dots in the local part', 'jo..hn@example.com'],
    ['a dot before the @', 'john.@example.com'],
    ['no dot in the domain', 'john@localhost'],
    ['an underscore in the domain', 'john@ex_ample.com'],
    ['a hyphen that begins the domain', 'john@-example.com'],
    ...['xn--a', 'xn--a-', 'xn--', 'xn--abc', 'xn--u-ccb', 'xn--xn--bcher-kva-'].map((label) => [
      `the A-label ${label}, which decodes to nothing that encodes to it`,
      `john@${label}.com`,
    ]),
    ['65 octets before the @', `${'a'.repeat(65)}@example.com`],
    ['65 octets before the @ in 33 characters', `${'é'.repeat(32)}ab@example.com`.replace('ab', 'é')],
    ['a label of 64 characters', `a@${'b'.repeat(64)}.com`],
  ])('refuses %s', (_, spelling) => {
    expect(canonicalEmail(spelling)).toBeUndefined();
  });

  it('counts the 254 characters in the canonical form', () => {
    const domain = `${`${'b'.repeat(62)}.`.repeat(2)}${'c'.repeat(59)}.com`;
    const longest = `${'a'.repeat(64)}@${domain}`;
    expect(longest).toHaveLength(254);
    expect(canonicalEmail(`  ${longest.toUpperCase()}  `)).toBe(longest);
    expect(canonicalEmail(longest.replace('.com', 'c.com'))).toBeUndefined();
    const umlauts = `a@${'ü'.repeat(57)}.${'ü'.repeat(57)}.${'ü'.repeat(57)}.${'ü'.repeat(57)}.com`;
    expect(umlauts.length).toBeLessThan(254);
    expect(canonicalEmail(umlauts)).toBeUndefined();
  });
});
