import { databasePasswordErrors } from './database-address.js';
import { hashCostErrors } from './hash-cost.js';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { exampleFile, readSecretFiles } from './secret-files.js';
import { allSettings, groups } from './sections.js';
import type { Setting } from './setting.js';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

type Groups = typeof groups;
type ValueOf<Declared> = Declared extends Setting<infer Value> ? Value : never;
type Values = {
  readonly [Group in keyof Groups]: {
    readonly [Field in keyof Groups[Group]]: ValueOf<Groups[Group][Field]>;
  };
};

/** The values that could be parsed; a setting with an error is undefined. */
type Readable = { readonly [Group in keyof Values]: Partial<Values[Group]> };

/**
 * Reads the settings from environment variables. Values are trimmed, and a blank one counts as not set.
 * @throws InvalidSettingsError naming every invalid setting, what is wrong with it and a valid example
 */
export function readEnvironment(variables: Variables): Values {
  const given = trimmed(variables);
  const { secrets, errors } = readSecretFiles(given);
  const texts = { ...given, ...secrets };
  const parse = (setting: Setting) => {
    try {
      return parseText(setting, texts[setting.variable]);
    } catch (error) {
      errors.set(setting.variable, error as Error);
      return undefined;
    }
  };
  const values = mapValues(groups, (group) => mapValues(group, parse)) as Readable;
  for (const [variable, error] of Object.entries(dependentErrors(values)))
    if (!errors.has(variable)) errors.set(variable, error);
  if (errors.size) throw new InvalidSettingsError([...errors].map(explained));
  return values as Values;
}

/** The variables that are set, with trimmed values. */
export const trimmed = (variables: Variables): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );

function parseText({ parse, renamedValues, ...setting }: Setting, given: string | undefined): unknown {
  const text = given ?? setting.default;
  return text === undefined ? undefined : parse(renamedValues.get(text) ?? text);
}

const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

const dependentErrors = ({ password, database }: Readable): Record<string, Error> => ({
  ...hashCostErrors(password),
  ...databasePasswordErrors(database.address, database.password),
});

const explained = ([name, { message }]: [string, Error]) => ({
  name,
  problem: message,
  example: allSettings.find(({ variable }) => variable === name)?.example ?? exampleFile(name),
});
