import type { Settings } from '../../../config/settings.js';
import { GuessablePasswordError } from '../user.errors.js';
import { leakedPasswords } from './leaked-passwords.js';

/** NIST SP 800-63B-4, 3.1.1.2: for a password that is the only factor. */
const nistMinLength = 15;
const noPasswords: ReadonlySet<string> = new Set();

/** Which new passwords are accepted: those of the page's sample, or those of NIST SP 800-63B-4. */
export class PasswordPolicy {
  /** In characters, after NFC. */
  readonly minLength: number;
  readonly #isNist: boolean;
  readonly #isProduction: boolean;
  readonly #serviceName: string;
  readonly #common: ReadonlySet<string>;

  constructor({ password, service, isProduction }: Pick<Settings, 'password' | 'service' | 'isProduction'>) {
    this.#isNist = password.policy === 'nist';
    this.#isProduction = isProduction;
    this.#serviceName = comparable(service.name);
    this.#common = this.#isNist ? leakedPasswords() : noPasswords;
    this.minLength = this.#isNist ? Math.max(nistMinLength, password.minLength) : password.minLength;
  }

  /** What an operator should know at the start. */
  get warning(): string | undefined {
    if (this.#isNist || !this.#isProduction) return undefined;
    return (
      `PASSWORD_POLICY=page accepts any password of ${this.minLength} characters. Set PASSWORD_POLICY=nist to refuse those ` +
      'that are guessed first'
    );
  }

  /** For a password whose account the request did not name. @throws GuessablePasswordError */
  assertUnguessable(password: string, email: string): void {
    if (this.objectionTo(password, email) !== undefined) throw new GuessablePasswordError();
  }

  /** Why a password is easily guessed; undefined for one that may be used. Its length is a rule of its own. */
  objectionTo(password: string, email: string): string | undefined {
    if (!this.#isNist) return undefined;
    const text = comparable(password);
    if (new Set(text).size === 1) return 'Must not repeat one character';
    const [localPart] = email.split('@');
    if ([email, localPart, this.#serviceName].some((known) => known && comparable(known) === text))
      return 'Must not be the e-mail address or the name of the service';
    return this.#common.has(text) ? 'Must not be a common or leaked password' : undefined;
  }
}

/** Guesses are made in every case. */
const comparable = (text: string) => text.normalize('NFC').toLowerCase();
