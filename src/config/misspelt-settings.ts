import { allSettings } from './sections.js';
import { fileVariable } from './setting.js';

/** Shorter names, such as PORT, have neighbors that mean something else to others (PORTS, POST). */
const minLength = 5;

/** Container platforms write the addresses of linked services into variables: `NOTIFICATIONS_PORT=tcp://10.0.0.1:80`. */
const linkedService = /^(?:tcp|udp|sctp):\/\//;

const known = new Set(
  allSettings.flatMap(({ variable, isSecret }) =>
    isSecret ? [variable, fileVariable(variable)] : [variable],
  ),
);

interface MisspeltSetting {
  readonly variable: string;
  readonly meant: string;
}

/**
 * Finds variables whose name is one edit away from a setting that is not set: a character inserted, deleted, replaced or
 * swapped with its neighbor, or another case. Of short names only two swapped characters count.
 */
export function misspeltSettings(variables: Readonly<Record<string, string>>): MisspeltSetting[] {
  const missing = [...known].filter((name) => variables[name] === undefined);
  return Object.entries(variables).flatMap(([variable, value]) => {
    if (known.has(variable) || linkedService.test(value)) return [];
    const meant = missing.find((name) => isMisspelt(variable.toUpperCase(), name));
    return meant ? [{ variable, meant }] : [];
  });
}

function isMisspelt(given: string, name: string): boolean {
  if (Math.abs(given.length - name.length) > 1) return false;
  const start = firstDifference(given, name);
  const [left, right] = [given.slice(start), name.slice(start)];
  if (left === right) return true;
  if (isSwapped(left, right)) return true;
  if (name.length < minLength) return false;
  return left.slice(1) === right.slice(1) || left.slice(1) === right || left === right.slice(1);
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index++;
  return index;
}

const isSwapped = (one: string, other: string) =>
  one.length > 1 && one[0] === other[1] && one[1] === other[0] && one.slice(2) === other.slice(2);
