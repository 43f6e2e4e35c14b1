import type { Selection } from '../../ddd/outbox/index.js';
import { HttpError } from '../../http/errors/http.error.js';
import { InvalidSelectionError, readSelection } from './selection.js';

const parameters = ['state', 'limit', 'topic', 'consumer', 'newest'];

/** The messages that a query string selects. An empty parameter is a field of the form that was left empty. @throws HttpError 400 */
export function selectionOf(url: string): Selection {
  const { searchParams } = new URL(url, 'http://console');
  const given = [...searchParams].filter(([, value]) => value !== '');
  for (const [index, [name]] of given.entries()) {
    if (!parameters.includes(name))
      throw new HttpError(400, `${name} is not one of: ${parameters.join(', ')}`);
    if (given.findIndex(([other]) => other === name) < index)
      throw new HttpError(400, `${name} is given twice`);
  }
  const { newest, ...text } = Object.fromEntries(given) as Record<string, string>;
  if (newest !== undefined && newest !== 'true') throw new HttpError(400, 'newest must be true');
  try {
    return readSelection({ ...text, newest: newest === 'true' });
  } catch (error) {
    throw error instanceof InvalidSelectionError ? new HttpError(400, error.message) : error;
  }
}
