import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Variables } from './environment.js';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { settingWarnings } from './setting-warnings.js';
import { readSettings, type Settings } from './settings.js';

/**
 * What this process was started with: `process.env`, over a `.env` file in the working directory where there is one.
 */
export const processVariables = (): Variables => ({ ...variablesOfFile(), ...process.env });

/**
 * The settings of this process.
 * @param warn gets a sentence for each variable that is misspelt or has an old value
 * @throws InvalidSettingsError when a variable is not valid
 */
export function readProcessSettings(
  warn: (warning: string) => void,
  variables = processVariables(),
): Settings {
  const settings = readSettings(variables);
  for (const warning of settingWarnings(variables)) warn(warning);
  return settings;
}

const formats: readonly Settings['log']['format'][] = ['auto', 'json', 'pretty'];

/** How to log that the settings are not valid: in the format that they ask for, if that can be read. */
export function logWithoutSettings(): Settings['log'] {
  try {
    const { LOG_FORMAT } = processVariables();
    return { level: 'info', format: formats.find((format) => format === LOG_FORMAT) ?? 'auto' };
  } catch {
    return { level: 'info', format: 'auto' };
  }
}

/** The settings of a child process, whose parent has read `.env` and reported the warnings. */
export const readInheritedSettings = (): Settings => readSettings(process.env);

function variablesOfFile(): Variables {
  if (!existsSync('.env')) return {};
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new InvalidSettingsError([
      { name: '.env', problem: `cannot be read (${code}): let this user read the file, or remove it` },
    ]);
  }
}
