const maxNamed = 50;

/** The first of some names, and how many more there are. */
export function nameList(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return names.slice(0, maxNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
