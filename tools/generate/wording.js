/** A thing with its article, as a sentence begins: An order line. */
export const one = (words) => `${/^[aeiou]/.test(words) ? 'An' : 'A'} ${words}`;

/** The source of an object, whose values are source texts or plain values. */
export const objectOf = (values) =>
  `{ ${Object.entries(values)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;
