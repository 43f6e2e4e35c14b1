import { randomInt } from 'node:crypto';

/** Characters that occur in spellings of a mailbox, or that someone could try. */
const letters = [
  ...'abjkos.-+_',
  ...'ABJKOS',
  ...[
    'ſ',
    '\u212a',
    'K',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'i\u0307',
    'Σ',
    'σ',
    'ς',
    'é',
    'e\u0301',
    'É',
    'ё',
    'Ё',
    'µ',
    'μ',
  ],
  ...[
    '\uab70',
    '\u13a0',
    'ǆ',
    'ǅ',
    'ᾈ',
    'ᾀ',
    '\u0345',
    'J\u030c',
    'ǰ',
    '\u0301',
    '\u0323',
    '가',
    '\u1100\u1161',
    'ﬁ',
  ],
];
const strays = ['\u00ad', '\u200b', '\u200d', '\u200c', '\u00a0', '\ufe0f', ' ', 'ｊ', '"', '\u202e', '🙂'];
const domains = [
  ...['example.com', 'EXAMPLE.com', 'example。com', 'ｅxample．com', 'exam\u00adple.com', 'example.com.'],
  ...['münchen.example', 'mu\u0308nchen.EXAMPLE', 'xn--mnchen-3ya.example', 'XN--MNCHEN-3YA.example'],
  ...['straße.example', 'STRASSE.example', 'xn--strae-oqa.example', 'ς.example', 'σ.example', 'Σ.example'],
  ...['例え.テスト', 'xn--r8jz45g.xn--zckzah', '例え。テスト', '[127.0.0.1]', 'i❤.example'],
];
const around = ['', '', '', ' ', '\t', '\u3000', '\n', '\ufeff'];

const oneOf = <Value>(values: readonly Value[]): Value => values[randomInt(values.length)]!;

/** A possible address: most are valid, and the alphabet is small enough for collisions. */
export function randomSpelling(): string {
  const characters = Array.from({ length: randomInt(1, 4) }, () =>
    randomInt(40) === 0 ? oneOf(strays) : randomInt(20) === 0 ? anyCharacter() : oneOf(letters),
  );
  return `${oneOf(around)}${characters.join('')}@${oneOf(domains)}${oneOf(around)}`;
}

function anyCharacter(): string {
  const code = randomInt(0x110000);
  return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0x41 : code);
}

/** Another spelling of the same address: another case, another normal form, blanks around it. */
export function respell(spelling: string): string {
  const changes = [
    (text: string) => text.toUpperCase(),
    (text: string) => text.toLowerCase(),
    (text: string) => text.normalize('NFD'),
    (text: string) => text.normalize('NFC'),
    (text: string) => ` ${text}\t`,
    (text: string) => text.replaceAll('.example', '。EXAMPLE'),
    (text: string) => text.replaceAll('münchen', 'xn--mnchen-3ya'),
    (text: string) => text.replaceAll('straße', 'xn--strae-oqa'),
    (text: string) => text.replaceAll('s', 'ſ').replaceAll('k', '\u212a'),
  ];
  return oneOf(changes)(oneOf(changes)(spelling));
}
