/** Whether a verb is given a list of records. */
export const isMany = <Entity>(given: Entity | readonly Entity[]): given is readonly Entity[] =>
  Array.isArray(given);
