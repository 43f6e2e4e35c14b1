import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InvalidSettingsError } from '../../../config/invalid-settings.error.js';
import { Settings } from '../../../config/settings.js';
import type { LimitSecret } from '../../../ddd/limit/index.js';
import { decrypt, encrypt } from './key-cipher.js';

/** The file beside that of SQLite that holds the secret when KEY_SECRET is not set. */
export const keySecretFile = 'key-secret';

/** The secret that private keys are encrypted with, and that other secrets are derived from. */
@Injectable()
export class KeySecret implements OnModuleInit {
  readonly #source: Settings['session']['keySecret'];
  readonly #derived = new Map<string, Buffer>();
  #bytes: Buffer | undefined;

  /** @throws InvalidSettingsError in production on PostgreSQL, whose processes share no folder, without KEY_SECRET */
  constructor({ session }: Settings) {
    this.#source = session.keySecret;
    if (this.#source.kind === 'missing')
      throw new InvalidSettingsError([
        {
          name: 'KEY_SECRET',
          problem:
            'must be set in production on PostgreSQL: generate it with openssl rand -base64 32, and keep it',
        },
      ]);
  }

  onModuleInit(): void {
    if (this.#source.kind === 'development')
      new Logger('SigningKeys').warn(
        'KEY_SECRET is not set: the signing keys are encrypted under a publicly known secret. Set it before production',
      );
  }

  /** Whether the service generated the secret itself, beside the database: keys that it does not decrypt are lost. */
  get isEmbedded(): boolean {
    return this.#source.kind === 'file';
  }

  /** 32 bytes. Creates the file when it is first needed. */
  get bytes(): Buffer {
    this.#bytes ??= read(this.#source);
    return this.#bytes;
  }

  /** A secret of 32 bytes for another purpose, the same in every process and after a restart (HKDF, RFC 5869). */
  derive(purpose: string): Buffer {
    const derived =
      this.#derived.get(purpose) ?? Buffer.from(hkdfSync('sha256', this.bytes, '', purpose, 32));
    this.#derived.set(purpose, derived);
    return derived;
  }
}

function read(source: Settings['session']['keySecret']): Buffer {
  switch (source.kind) {
    case 'given':
      return Buffer.from(source.base64, 'base64');
    case 'file': {
      const file = join(dirname(source.databaseFile), keySecretFile);
      return readSecret(file) ?? createSecret(file);
    }
    case 'development':
    case 'missing':
      return createHash('sha256').update('development').digest();
  }
}

function readSecret(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const secret = Buffer.from(text, 'base64');
  if (secret.length !== 32)
    throw new Error(
      `${file} does not hold a secret of 32 bytes in base64: put its content back, or delete it`,
    );
  return secret;
}

/** Written to a temporary file and linked: of several processes one wins, and none reads half a file. */
function createSecret(file: string): Buffer {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, `${randomBytes(32).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
  return readSecret(file) as Buffer;
}

/** What the keys of limits are hashed with. Read when first needed, like the secret itself. */
export const limitSecretOf = (secret: KeySecret): LimitSecret => ({
  get bytes() {
    return secret.derive('limits');
  },
});

/** Encrypts what must not be stored in clear, such as the token of a mail that waits for its delivery. */
export const mailSealOf = (secret: KeySecret) => ({
  seal: (text: string): string => encrypt(secret.derive('mails'), 'mails', Buffer.from(text)),
  /** @throws Error when it was sealed under another secret */
  open: (sealed: string): string => decrypt(secret.derive('mails'), 'mails', sealed).toString(),
});
