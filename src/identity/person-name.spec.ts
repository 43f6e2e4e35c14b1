// Real: the rules of names. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { greetingName, hasHiddenCharacters, hasVisibleLetter, normalizeName } from './person-name.js';

describe('normalizeName', () => {
  it('composes and trims, and changes nothing else', () => {
    expect(normalizeName(' \tZoe\u0308  O’NEIL\u00a0')).toBe('Zoë  O’NEIL');
  });
});

describe('hasHiddenCharacters', () => {
  it.each([
    'a\nb',
    'a\u0085b',
    'a\u202eb',
    'a\u2066b',
    'a\u200db',
    'a\u00adb',
    'a\u2028b',
    'a\u2029b',
    '\ufeffa',
  ])('finds the hidden character in %j', (text) => expect(hasHiddenCharacters(text)).toBe(true));
  it.each(['John', 'Zoe\u0308', 'O’Neil', '李 小龍', 'أحمد', '🙂', 'a\u00a0b'])('finds none in %s', (text) =>
    expect(hasHiddenCharacters(text)).toBe(false),
  );
});

describe('hasVisibleLetter', () => {
  it.each(['J', '7', '李', '- X', 'ʻ', '٣'])('finds one in %s', (text) =>
    expect(hasVisibleLetter(text)).toBe(true),
  );
  it.each(['', '-', '...', '🙂', '\u3164', '\u115f\u1160', '\uffa0', '\u0301', '\u2800', '’ -', '!?'])(
    'finds none in %j',
    (text) => expect(hasVisibleLetter(text)).toBe(false),
  );
});

describe('greetingName', () => {
  it.each([
    'John',
    'Mary Ann',
    "O'Neil",
    'O’Neil',
    'Jean-Luc',
    'Zoë',
    'José María',
    'Łukasz',
    'Nguyễn Thị',
    '李小龍',
    'やまだ 太郎',
    'ジョー',
    'أحمد',
    'ישראל',
    'สมชาย',
    'प्रिया',
    'Kaʻiulani',
    'x'.repeat(60),
  ])('greets by %s', (name) => expect(greetingName(name)).toBe(name));

  it('greets by the name in NFC, with repeated blanks collapsed', () => {
    expect(greetingName(' Zoe\u0308 \u3000 Doe ')).toBe('Zoë Doe');
  });

  it.each([
    ['a domain', 'evil.com'],
    ['a domain with an ideographic full stop', 'evil。com'],
    ['a domain with a dot of full width', 'evil．com'],
    ['a one-dot leader', 'evil․com'],
    ['a letter that looks like a dot', 'evil\ua4f8com'],
    ['a letter that looks like a colon', 'http\u02d0evil'],
    ['a sinological dot', 'evil\ua78fcom'],
    ['a URL', 'https://evil.example'],
    ['www', 'visit WWW evil'],
    ['an address', 'a@b'],
    ['a scheme', 'tel:123'],
    ['a slash', 'evil/com'],
    ['a number', 'Win 1000'],
    ['a bracket', '<b>John</b>'],
    ['a comma', 'John, click here'],
    ['an emoji', 'John 🎉'],
    ['a line feed', 'John\nDoe'],
    ['a line separator', 'John\u2028Doe'],
    ['an override', '\u202eJohn'],
    ['an invisible letter', 'John\u3164'],
    ['a variation selector', 'John\ufe0f'],
    ['a mark that begins it', '\u0301John'],
    ['a hyphen that begins it', '-John'],
    ['61 characters', 'x'.repeat(61)],
    ['nothing', ''],
  ])('does not greet by %s', (_, name) => expect(greetingName(name)).toBeUndefined());

  it('lets no Unicode character through that looks like a dot, a colon, a slash or an @', () => {
    const all = Array.from({ length: 0x110000 }, (_, code) => code).filter(
      (code) => code < 0xd800 || code > 0xdfff,
    );
    const linking = all
      .map((code) => String.fromCodePoint(code))
      .filter((character) => /[.:/@\\]/.test(character.normalize('NFKC')));
    expect(linking.length).toBeGreaterThan(20);
    expect(linking.filter((character) => greetingName(`a${character}b`) !== undefined)).toEqual([]);
  });
});
