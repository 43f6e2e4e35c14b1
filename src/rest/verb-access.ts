import type { Caller } from '../ddd/resource/index.js';
import { anySession } from '../http/access/access.js';
import type { Access } from '../http/access/access.js';

/** A permission as routes name it. */
type Permission = `${string}:${string}`;
type Alternative<Owned extends boolean> = 'signed-in' | Permission | (Owned extends true ? 'owner' : never);

/**
 * Who may use a verb: anyone, any caller, a caller with a permission, or the owner of the records. A list names
 * alternatives: with `['owner', 'order:read']` a caller with the permission reaches all records, others their own.
 */
export type VerbAccess<Owned extends boolean = boolean> =
  'public' | Alternative<Owned> | readonly [Alternative<Owned>, ...Alternative<Owned>[]];

/** The access of one verb; one declaration may be for all. Undefined if it is missing and the compiler did not notice. */
export function accessTo<Name extends string>(
  access: VerbAccess | Readonly<Partial<Record<Name, VerbAccess>>> | undefined,
  verb: Name,
): VerbAccess | undefined {
  if (typeof access === 'string' || isAlternatives(access)) return access;
  return access?.[verb];
}

const isAlternatives = (access: unknown): access is Exclude<VerbAccess, string> => Array.isArray(access);

/** What the guard requires of a caller before the verb begins. */
export function routeAccess(access: VerbAccess): Access {
  const alternatives = alternativesOf(access);
  if (alternatives.includes('public')) return 'public';
  if (alternatives.includes('owner') || alternatives.includes('signed-in')) return anySession;
  return alternatives.map((permission) => [permission]);
}

/** Whether the verb reaches only the caller's own records. */
export function isLimitedToOwn(access: VerbAccess | undefined, caller: Caller | undefined): boolean {
  if (access === undefined) return false;
  const alternatives = alternativesOf(access);
  return (
    alternatives.includes('owner') &&
    !alternatives.includes('signed-in') &&
    !alternatives.some((one) => caller?.permissions.includes(one))
  );
}

/** What is wrong with an access that the compiler has let pass; undefined for a valid one. */
export function accessProblem(access: VerbAccess, isOwned: boolean): string | undefined {
  const alternatives: readonly string[] = alternativesOf(access);
  if (!alternatives.length) return "is empty: give 'public', 'signed-in', 'owner' or a permission";
  if (alternatives.length > 1 && alternatives.includes('public'))
    return "names alternatives to 'public', which includes everyone: remove the others";
  if (alternatives.includes('owner') && !isOwned)
    return "is for the owner, but the resource has none: name the field that holds the owner's id, as in owner: 'ownerId'";
  const unknown = alternatives.find((one) => !/^(?:public|signed-in|owner|[^:\s]+:\S+)$/.test(one));
  return unknown === undefined
    ? undefined
    : `is '${unknown}', which is neither a keyword nor a permission: give 'public', 'signed-in', 'owner' or a permission such as 'product:write'`;
}

const alternativesOf = (access: VerbAccess): readonly string[] =>
  typeof access === 'string' ? [access] : access;
