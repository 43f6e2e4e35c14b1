// Everything is real.
import { describe, expect, it } from '@jest/globals';
import { readAs } from './parameter.js';

describe('readAs', () => {
  it('reads values of each type', () => {
    expect(readAs('text', ' ä ')).toBe(' ä ');
    expect(readAs('uuid', 'D73D4A62-dfe9-4907-91f4-f6b06f33c534')).toBe(
      'd73d4a62-dfe9-4907-91f4-f6b06f33c534',
    );
    expect(readAs('integer', '-12')).toBe(-12);
    expect(readAs('number', '1.5e3')).toBe(1500);
    expect(readAs('boolean', 'false')).toBe(false);
    expect(readAs('date', '2026-01-31T12:00:00+01:00')).toEqual(new Date('2026-01-31T11:00:00Z'));
  });

  it('reads February 29 of leap years only', () => {
    expect(readAs('date', '2024-02-29T00:00:00Z')).toEqual(new Date('2024-02-29T00:00:00Z'));
    expect(readAs('date', '1900-02-29T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['text', 'a\0'],
    ['text', '\ud800'],
    ['uuid', 'abc'],
    ['uuid', '{d73d4a62-dfe9-4907-91f4-f6b06f33c534}'],
    ['uuid', 'd73d4a62dfe9490791f4f6b06f33c534'],
    ['integer', '1.5'],
    ['integer', '9007199254740993'],
    ['integer', ''],
    ['number', '1e999'],
    ['number', '0x10'],
    ['number', ' 1'],
    ['boolean', 'TRUE'],
    ['date', '2026-01-31'],
    ['date', '2026-13-01T00:00:00Z'],
    ['date', '2026-02-29T00:00:00Z'],
    ['date', '2026-04-31T00:00:00Z'],
    ['date', '2026-01-00T00:00:00Z'],
    ['date', '2026-01-31T25:00:00Z'],
    ['date', '0000-12-31T00:00:00Z'],
    ['date', '9999-12-31T23:59:59-01:00'],
  ] as const)('does not read as %s: %j', (kind, text) => {
    expect(readAs(kind, text)).toBeUndefined();
  });
});
