// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { readAs } from './parameter.js';

describe('readAs', () => {
  it('reads what its kind looks like', () => {
    expect(readAs('text', ' ä ')).toBe(' ä ');
    expect(readAs('integer', '-12')).toBe(-12);
    expect(readAs('number', '1.5e3')).toBe(1500);
    expect(readAs('boolean', 'false')).toBe(false);
    expect(readAs('date', '2026-01-31T12:00:00+01:00')).toEqual(new Date('2026-01-31T11:00:00Z'));
  });

  it.each([
    ['text', 'a\0'],
    ['text', '\ud800'],
    ['integer', '1.5'],
    ['integer', '9007199254740993'],
    ['integer', ''],
    ['number', '1e999'],
    ['number', '0x10'],
    ['number', ' 1'],
    ['boolean', 'TRUE'],
    ['date', '2026-01-31'],
    ['date', '2026-13-01T00:00:00Z'],
  ] as const)('does not read as %s: %j', (kind, text) => {
    expect(readAs(kind, text)).toBeUndefined();
  });
});
