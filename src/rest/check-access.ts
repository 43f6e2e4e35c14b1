import type { Identified } from '../ddd/resource/index.js';
import { fieldsOf } from './body-fields.js';
import type { RestControllerOptions, Verb } from './rest-options.js';
import { accessProblem, accessTo } from './verb-access.js';
import type { VerbAccess } from './verb-access.js';

const making: readonly Verb[] = ['create', 'replace', 'partialReplace'];

/** @throws TypeError when no one could use a verb as its access is declared, or records would have no owner */
export function checkAccess<Entity extends Identified, View extends object>({
  name,
  verbs,
  owner,
  access,
  body,
  changes,
}: RestControllerOptions<Entity, View>): void {
  const declared = entriesOf(access, verbs);
  for (const [verb, one] of declared) {
    if (!verbs.includes(verb as Verb))
      throw new TypeError(
        `${name} declares access to ${verb}, which is not among its verbs: declare the verb, or leave it out`,
      );
    const problem = accessProblem(one, owner !== undefined);
    if (problem) throw new TypeError(`The access of ${name} to ${verb} ${problem}`);
  }
  if (owner === undefined) return;
  const open = declared.find(([verb, one]) => making.includes(verb as Verb) && one === 'public');
  if (open)
    throw new TypeError(
      `${name} lets anyone ${open[0]} records, which would have no owner: ask for 'signed-in' or more, or leave owner out`,
    );
  const writable = [body, changes].find((dto) => dto && fieldsOf(dto).includes(owner));
  if (writable)
    throw new TypeError(
      `${writable.name} has a field ${owner}, which holds the owner of ${name} and is set from the session: remove it there`,
    );
}

/** The declared access by verb, including verbs that are not declared. */
function entriesOf(
  access: RestControllerOptions<Identified, object>['access'] | undefined,
  verbs: readonly Verb[],
): (readonly [string, VerbAccess])[] {
  if (typeof access === 'object' && !Array.isArray(access))
    return Object.entries<VerbAccess>(access as never);
  return verbs.flatMap((verb) => {
    const one = accessTo(access, verb);
    return one === undefined ? [] : [[verb, one] as const];
  });
}
