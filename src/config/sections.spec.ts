// Real: the declaration of every setting. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { allSettings } from './sections.js';

describe('a declared setting', () => {
  it.each(allSettings)('$variable has a meaning, and an example that is itself valid', (setting) => {
    expect(setting.meaning).toMatch(/\w/);
    expect(setting.example).toMatch(/\S/);
    expect(setting.parse(setting.example)).toBeDefined();
  });

  it('has a variable of its own', () => {
    expect(new Set(allSettings.map(({ variable }) => variable)).size).toBe(allSettings.length);
  });
});
