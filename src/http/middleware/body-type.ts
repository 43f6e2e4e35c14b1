const media = /^\s*([!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+)\s*(?:;(.*))?$/;
const charset = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]*)/i;

/**
 * How to read a body of this content type; without one it is read as JSON. @returns undefined for an unsupported type
 */
export function acceptedType(contentType = ''): 'json' | 'form' | undefined {
  if (!contentType.trim()) return 'json';
  const [, type, parameters = ''] = media.exec(contentType.toLowerCase()) ?? [];
  if (!['utf-8', 'utf8', undefined].includes(charset.exec(parameters)?.[1])) return undefined;
  if (type === 'application/json' || /^application\/.+\+json$/.test(type ?? '')) return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}
