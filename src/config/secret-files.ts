import { readFileSync } from 'node:fs';
import { allSettings } from './sections.js';
import { fileVariable } from './setting.js';

/** Settings that hold a secret. Each may come from a file instead, which `NAME_FILE` names. */
export const secretSettings: readonly string[] = allSettings
  .filter(({ isSecret }) => isSecret)
  .map(({ variable }) => variable);

/**
 * Reads the secrets that are given as files. The content is trimmed, because editors end it with a line break.
 * @returns the secrets, and the errors of the `NAME_FILE` variables; neither repeats a secret in its text
 */
export function readSecretFiles(variables: Readonly<Record<string, string>>) {
  const secrets: Record<string, string> = {};
  const errors = new Map<string, Error>();
  for (const name of secretSettings) {
    const path = variables[fileVariable(name)];
    if (!path) continue;
    try {
      secrets[name] = readSecret(path, variables[name] === undefined ? undefined : name);
    } catch (error) {
      errors.set(fileVariable(name), error as Error);
    }
  }
  return { secrets, errors };
}

/** Where Docker mounts the secret that a `NAME_FILE` variable names. */
export const exampleFile = (variable: string) =>
  `/run/secrets/${variable.replace(/_FILE$/, '').toLowerCase()}`;

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
