import type { sections } from '../../src/config/sections.js';

export function settingsDocuments(
  declared: typeof sections,
): Promise<{ readonly path: URL; readonly text: string }[]>;
