import { createRequire } from 'node:module';
import type * as LanguageCommon from '@zxcvbn-ts/language-common';

const load = createRequire(import.meta.url);
let loaded: ReadonlySet<string> | undefined;

/** Common and leaked passwords, in lower case. Loaded when they are first needed: 0.1 s and some megabytes. */
export function leakedPasswords(): ReadonlySet<string> {
  const { dictionary } = load('@zxcvbn-ts/language-common') as typeof LanguageCommon;
  return (loaded ??= new Set(dictionary['passwords-common']));
}
