import { Refusal } from './refusal.js';

const known = ['owner', 'signed-in', 'public'];

/** Reads `--access`, which is `signed-in` by default, and returns the other words. @throws Refusal for an unknown value */
export function readAccess(given) {
  const places = given.flatMap((word, place) => (/^--access(=|$)/.test(word) ? [place] : []));
  if (places.length > 1) throw new Refusal('--access is given twice. Give it once.');
  const [place] = places;
  const words = [...given];
  const unknown = given.find((word) => word.startsWith('--') && !/^--access(=|$)/.test(word));
  if (unknown)
    throw new Refusal(`There is no option ${unknown}. The only option is --access ${known.join('|')}.`);
  if (place === undefined) return { access: 'signed-in', words };
  const [, inOneWord] = given[place].split(/=(.*)/s);
  const access = inOneWord ?? given[place + 1];
  words.splice(place, inOneWord === undefined ? 2 : 1);
  if (!known.includes(access))
    throw new Refusal(`--access ${access ?? ''} is not known. Give one of ${known.join(', ')}.`);
  return { access, words };
}
