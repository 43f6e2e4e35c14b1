/** Secret keys mixed into password hashes, by key id. New hashes use the first; the others still verify. */
export type PepperKeys = ReadonlyMap<string, string>;

/** Reads `ID:SECRET,ID:SECRET`. @throws Error when an entry is malformed; no secret is repeated. */
export function parsePepperKeys(text: string): PepperKeys {
  const keys = new Map<string, string>();
  for (const entry of text.split(',')) {
    const [, id, secret] = /^([A-Za-z0-9]{1,8}):([^\s,]{16,})$/.exec(entry.trim()) ?? [];
    if (!id || !secret)
      throw new Error(
        'must be ID:SECRET pairs: ids of 1 to 8 letters or digits, secrets of 16 characters or more',
      );
    if (keys.has(id)) throw new Error(`must not name the key id ${id} twice`);
    keys.set(id, secret);
  }
  return keys;
}
