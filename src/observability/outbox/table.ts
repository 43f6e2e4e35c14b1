/** Rows under their headings, in columns of their content's width; numbers are right-aligned. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const headings = Object.keys(rows[0] ?? {});
  const widths = headings.map((heading) =>
    Math.max(heading.length, ...rows.map((row) => String(row[heading]).length)),
  );
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, column) =>
        typeof rows[0]?.[headings[column] ?? ''] === 'number'
          ? String(cell).padStart(widths[column] ?? 0)
          : String(cell).padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map((row) => line(headings.map((heading) => row[heading] ?? '')))].join(
    '\n',
  );
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Milliseconds in the largest unit that fits, as in `3 min`. */
export function duration(milliseconds: number): string {
  const [name, size] = units.find(([, min]) => milliseconds >= min) ?? units[4];
  return `${Math.floor(milliseconds / size)} ${name}`;
}
