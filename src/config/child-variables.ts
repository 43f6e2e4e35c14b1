import type { Variables } from './environment.js';
import { groups } from './sections.js';
import { fileVariable, type Setting } from './setting.js';

type GroupName = keyof typeof groups;

/**
 * The environment of a child process: this process's own, with the settings limited to the groups that the child reads.
 */
export function childVariables(variables: Variables, readByChild: readonly GroupName[]): Variables {
  const all = namesIn(Object.values(groups));
  const its = namesIn(readByChild.map((name) => groups[name]));
  return Object.fromEntries([
    ...Object.entries(process.env).filter(([name]) => !all.has(name)),
    ...Object.entries(variables).filter(([name]) => its.has(name)),
  ]);
}

const namesIn = (some: readonly Readonly<Record<string, Setting>>[]) =>
  new Set(
    some
      .flatMap((group) => Object.values(group))
      .flatMap(({ variable }) => [variable, fileVariable(variable)]),
  );
