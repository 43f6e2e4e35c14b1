/** A thing with its article, as a sentence begins: An order line. */
export const one = (words) => `${/^[aeiou]/.test(words) ? 'An' : 'A'} ${words}`;

/** Inside of a sentence: an order line. */
export const withArticle = (words) => `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`;

/** Many things: order lines, categories, boxes. */
export function plural(words) {
  if (/[^aeiou]y$/.test(words)) return words.replace(/y$/, 'ies');
  return /(s|x|z|ch|sh)$/.test(words) ? `${words}es` : `${words}s`;
}

/** As a sentence begins. */
export const capitalized = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The source of an object, whose values are source texts or plain values. */
export const objectOf = (values) =>
  `{ ${Object.entries(values)
    .map(([key, value]) => (key === value ? key : `${key}: ${value}`))
    .join(', ')} }`;
