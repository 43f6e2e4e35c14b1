// Real: the folding, and the engine's regular expressions with the flags i and u, which ECMAScript defines by the same
// simple case folding. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { foldCase } from './case-folding.js';

/** Every code point but the surrogates. */
const all = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));
const cased = all.filter((character) =>
  /[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u.test(character),
);

describe('foldCase', () => {
  it('equates two characters exactly when a case-insensitive regular expression does, for all 1.1 million', () => {
    const classes = new Map<string, string[]>();
    for (const each of cased) classes.set(foldCase(each), [...(classes.get(foldCase(each)) ?? []), each]);
    const text = cased.join('');
    const joined = (characters: readonly string[] | undefined | null) => characters?.join(' ');
    const differing = cased.filter(
      (each) => joined(classes.get(foldCase(each))) !== joined(text.match(new RegExp(each, 'giu'))),
    );
    expect(differing).toEqual([]);
    const isCased = new Set(cased);
    expect(all.filter((each) => !isCased.has(each) && foldCase(each) !== each)).toEqual([]);
  });

  it('maps each character to one character, which folds to itself', () => {
    const isFinal = (folded: string) => [...folded].length === 1 && foldCase(folded) === folded;
    expect(cased.filter((each) => !isFinal(foldCase(each)))).toEqual([]);
  });

  it.each([
    ['S, ſ and s', 'Sſs', 'sss'],
    ['the Kelvin sign', '\u212a', 'k'],
    ['every sigma', 'Σσς', 'σσσ'],
    ['the sharp S, which is no ss', 'ẞß', 'ßß'],
    ['İ and ı, which only Turkish folds', 'İıI', 'İıi'],
    ['the micro sign', 'µ', 'μ'],
    ['a titlecase digraph', 'ǅ', 'ǆ'],
    ['a ligature of which only one form is folded', 'ﬅﬁ', 'ﬆﬁ'],
    ['Greek with an iota below', 'ᾈ', 'ᾀ'],
    ['Cherokee, to its capitals', '\uab70\u13f8\u13a0', '\u13a0\u13f0\u13a0'],
    ['letters beyond the first plane', '𐐀', '𐐨'],
  ])('folds %s as in CaseFolding.txt', (_, text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });
});
