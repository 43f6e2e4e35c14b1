// Real: every declared setting. Nothing is fake; the variables are given, not those of the process.
import { describe, expect, it } from '@jest/globals';
import { allSettings } from './sections.js';
import { readSettings } from './settings.js';
import { settingWarnings } from './setting-warnings.js';

describe('settingWarnings', () => {
  it('warns of nothing when every setting has its example', () => {
    expect(
      settingWarnings(Object.fromEntries(allSettings.map((one) => [one.variable, one.example]))),
    ).toEqual([]);
  });

  it('names the new value for ACCOUNT_PRIVACY=page, which still works', () => {
    const variables = { ACCOUNT_PRIVACY: ' page ' };
    expect(readSettings(variables).account.privacy).toBe('disclose');
    expect(settingWarnings(variables)).toEqual([
      'ACCOUNT_PRIVACY=page is now ACCOUNT_PRIVACY=disclose. Change it: the next version refuses the old value.',
    ]);
  });

  it('never repeats the value of a misspelt setting, which may be a secret', () => {
    const warnings = settingWarnings({ PASSWORD_PEPER: 'a:hunter2-of-good-length' });
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).not.toContain('hunter2');
  });
});
