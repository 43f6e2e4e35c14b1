import { join } from 'node:path';
import { compareUnits } from '../lab/units.mjs';

/** Units of work on SQLite against BEGIN IMMEDIATE, statement, COMMIT on the same driver and settings. */
export function measure(lab) {
  const file = (name) => `sqlite:${join(lab.folder, name)}`;
  return compareUnits(lab, 'SQLite', { ours: file('ours.db'), handwritten: file('handwritten.db') });
}
