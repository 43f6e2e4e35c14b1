import { format, resolveConfig } from 'prettier';

/** Source text as Prettier lays it out for this path. */
export async function formatted(path, text) {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}
