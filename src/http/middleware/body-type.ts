const media = /^\s*([!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+)\s*(?:;(.*))?$/;
const charset = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]*)/i;

/** How to read a body of this content type: none at all is read as JSON. @returns undefined when it cannot be read */
export function acceptedType(contentType = ''): 'json' | 'form' | undefined {
  if (!contentType.trim()) return 'json';
  const [, type, parameters = ''] = media.exec(contentType.toLowerCase()) ?? [];
  if (!['utf-8', 'utf8', undefined].includes(charset.exec(parameters)?.[1])) return undefined;
  if (type === 'application/json' || /^application\/.+\+json$/.test(type ?? '')) return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}
