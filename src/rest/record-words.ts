import type { Operation } from './rest-options.js';

/** What the document calls the records of a collection. */
export interface RecordWords {
  /** In PascalCase: `OrderLine`. */
  readonly name: string;
  /** In PascalCase: `OrderLines`. */
  readonly names: string;
  /** In a sentence: `order line`. */
  readonly one: string;
  /** In a sentence: `order lines`. */
  readonly many: string;
}

/** @param plural where it does not follow the rule, in PascalCase */
export function recordWords(name: string, plural?: string): RecordWords {
  const names = plural ?? pluralOf(name);
  return { name, names, one: spoken(name), many: spoken(names) };
}

/** `listProducts`, `createProduct`: an operation on many takes the plural. */
export function operationId(operation: Operation, { name, names }: RecordWords): string {
  if (operation === 'createMany') return `create${names}`;
  return `${operation}${ofMany.includes(operation) ? names : name}`;
}

const ofMany: readonly Operation[] = ['list', 'replace', 'partialReplace', 'drop'];

interface Sentences {
  readonly summary: string;
  readonly description: string;
  readonly done: string;
}

/** What an operation does, in the document. */
export const sentences: Readonly<Record<Operation, (words: RecordWords) => Sentences>> = {
  create: ({ one, many }) => ({
    summary: `Create ${article(one)}`,
    description: `Creates ${article(one)}. A body with \`data\`, a list, creates many, as the route for ${many} does.`,
    done: `The new ${one}.`,
  }),
  createMany: ({ many }) => ({
    summary: `Create many ${many}`,
    description: `Creates all of these ${many}, or none.`,
    done: `The new ${many}, in their order.`,
  }),
  retrieve: ({ one }) => ({
    summary: `Retrieve ${article(one)}`,
    description: `Returns the ${one} with this id.`,
    done: `The ${one}.`,
  }),
  update: ({ one }) => ({
    summary: `Replace ${article(one)}`,
    description: `Replaces the ${one} with this id. Fields that are left out are emptied.`,
    done: `The ${one} as it is now.`,
  }),
  partialUpdate: ({ one }) => ({
    summary: `Change ${article(one)}`,
    description: `Changes the given fields of the ${one} with this id.`,
    done: `The ${one} as it is now.`,
  }),
  delete: ({ one }) => ({
    summary: `Delete ${article(one)}`,
    description: `Deletes the ${one} with this id.`,
    done: `The ${one} is deleted.`,
  }),
  list: ({ many }) => ({
    summary: `List ${many}`,
    description: `Returns a page of the ${many} that match all given filters. Read on with \`after\`, or by the number of a page.`,
    done: `A page of ${many}.`,
  }),
  replace: ({ many }) => ({
    summary: `Replace all ${many}`,
    description: `Replaces the collection with these ${many}: others are deleted, those with a known id are changed.`,
    done: `The ${many} as they are now.`,
  }),
  partialReplace: ({ many }) => ({
    summary: `Replace or add ${many}`,
    description: `Replaces the ${many} with these ids, and adds the others.`,
    done: `The given ${many} as they are now.`,
  }),
  drop: ({ many }) => ({
    summary: `Delete ${many}`,
    description: `Deletes the ${many} that match all given filters, or every one when there is no query at all.`,
    done: `How many ${many} were deleted.`,
  }),
};

function pluralOf(name: string): string {
  if (/[^aeiou]y$/i.test(name)) return name.replace(/y$/, 'ies');
  return `${name}${/(?:s|x|z|ch|sh)$/i.test(name) ? 'es' : 's'}`;
}

/** `signIn` as `sign in`. */
export const spoken = (name: string) => name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();

const article = (noun: string) => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
