import { readFileSync } from 'node:fs';

/** Settings that hold a secret. Each may come from a file instead, which `NAME_FILE` names. */
export const secretSettings = [
  'DATABASE_URL',
  'DATABASE_PASSWORD',
  'PASSWORD_PEPPER',
  'KEY_SECRET',
  'SMTP_URL',
] as const;

type SecretSetting = (typeof secretSettings)[number];

/**
 * Reads the secrets that are given as files. Blanks around the content, such as the last line end, are dropped later, as
 * they are for every setting.
 * @returns the secrets, and the faults of the `NAME_FILE` variables; neither repeats a secret in its text
 */
export function readSecretFiles(variables: Readonly<Record<string, string>>) {
  const secrets: Partial<Record<SecretSetting, string>> = {};
  const errors: Record<string, Error> = {};
  for (const name of secretSettings) {
    const path = variables[`${name}_FILE`];
    if (!path) continue;
    try {
      secrets[name] = readSecret(path, variables[name] === undefined ? undefined : name);
    } catch (error) {
      errors[`${name}_FILE`] = error as Error;
    }
  }
  return { secrets, errors };
}

function readSecret(path: string, alsoSet: string | undefined): string {
  if (alsoSet) throw new Error(`must not be set together with ${alsoSet}: remove one of them`);
  const content = contentOf(path).trim();
  if (!content) throw new Error('names a file that is empty');
  return content;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `must name a file that this process can read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`,
      { cause: error },
    );
  }
}
