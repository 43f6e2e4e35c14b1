/** A decoded mail. */
export interface ReadMail {
  /** By lower-case name, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly names: readonly string[];
  readonly text: string;
  readonly html: string;
}

/** Reads a mail of two alternatives, decoding what RFC 2045 to 2047 encode. */
export function readMail(raw: string): ReadMail {
  const { headers, names, body } = entity(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? '';
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => entity(part.replace(/^\r\n/, '')));
  const ofType = (type: string) => {
    const part = parts.find((each) => each.headers.get('content-type')?.startsWith(type));
    if (!part) throw new Error(`The mail has no ${type}`);
    return decoded(part.body, part.headers.get('content-transfer-encoding')).replaceAll('\r\n', '\n');
  };
  return { headers, names, text: ofType('text/plain'), html: ofType('text/html') };
}

function entity(raw: string) {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const fields = lines.map((line) => {
    const [name = '', ...value] = line.split(':');
    return [name.toLowerCase(), words(value.join(':').trim())] as const;
  });
  return { headers: new Map(fields), names: fields.map(([name]) => name), body: raw.slice(end + 4) };
}

function words(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, way: string, text: string) =>
      way.toLowerCase() === 'b'
        ? decoded(text, 'base64')
        : decoded(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function decoded(text: string, encoding = '7bit'): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
