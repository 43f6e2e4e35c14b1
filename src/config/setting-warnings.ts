import { trimmed, type Variables } from './environment.js';
import { misspeltSettings } from './misspelt-settings.js';
import { allSettings } from './sections.js';

/**
 * A sentence for each variable that is probably a misspelt setting or has a renamed value. Only renamed values are
 * repeated.
 */
export function settingWarnings(variables: Variables): string[] {
  const given = trimmed(variables);
  return [
    ...misspeltSettings(given).map(
      ({ variable, meant }) =>
        `${variable} is not a setting and has no effect. Did you mean ${meant}? Rename or remove it.`,
    ),
    ...allSettings.flatMap(({ variable, renamedValues }) =>
      [...renamedValues]
        .filter(([old]) => given[variable] === old)
        .map(
          ([old, current]) =>
            `${variable}=${old} is now ${variable}=${current}. Change it: the next version refuses the old value.`,
        ),
    ),
  ];
}
