import { base64 } from '../stored-hash.js';

const algorithms: Readonly<Record<string, string>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

/**
 * The text that is stored for a password credential of Keycloak, in the form of its export or of its table, where the two
 * objects inside it are JSON texts: PBKDF2, or Argon2 as of Keycloak 25.
 * @returns undefined when it is no such credential
 */
export function keycloakHash(credential: object): string | undefined {
  const secret = objectOf(credential, 'secretData');
  const data = objectOf(credential, 'credentialData');
  const [salt, digest] = [bytesIn(secret['salt']), bytesIn(secret['value'])];
  const rounds = data['hashIterations'];
  const name = String(data['algorithm']);
  if (!salt || !digest || !Number.isSafeInteger(rounds)) return undefined;
  const encoded = `${base64(salt)}$${base64(digest)}`;
  if (name === 'argon2') return argon2Hash(objectOf(data, 'additionalParameters'), Number(rounds), encoded);
  const algorithm = algorithms[name];
  return algorithm && `$pbkdf2-${algorithm}$i=${String(rounds)}$${encoded}`;
}

/** Each parameter is a list of one text. */
function argon2Hash(parameters: Fields, iterations: number, encoded: string): string | undefined {
  const [type, version, memory, parallelism] = ['type', 'version', 'memory', 'parallelism'].map((name) =>
    String(parameters[name]),
  );
  if (!/^id?$/.test(type ?? '') || version !== '1.3') return undefined;
  return `$argon2${type}$v=19$m=${memory},t=${iterations},p=${parallelism}$${encoded}`;
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(fields: object, name: string): Fields {
  const value = (fields as Fields)[name];
  try {
    const found: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return typeof found === 'object' && found !== null ? (found as Fields) : {};
  } catch {
    return {};
  }
}

const bytesIn = (value: unknown) =>
  typeof value === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(value)
    ? Buffer.from(value, 'base64')
    : undefined;
