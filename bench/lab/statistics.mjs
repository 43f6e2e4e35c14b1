/** Of ascending numbers, the one below which this share lies (nearest rank). */
export function percentile(ascending, share) {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
}

/** @returns the median, least and most of the values */
export function spread(values) {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length / 2;
  const median =
    ascending.length % 2 ? ascending[Math.floor(middle)] : (ascending[middle - 1] + ascending[middle]) / 2;
  return { median, least: ascending[0], most: ascending.at(-1) };
}

/** The ratios of two subjects round by round: a temporary slowdown of the machine affects both. */
export function ratios(values, others) {
  return values.map((value, round) => value / others[round]);
}
