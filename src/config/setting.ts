/**
 * One setting. Its type, its default, its validation, its lines in `.env.example` and README.md, and what error messages
 * say of it are all derived from this declaration.
 */
export interface Setting<Value = unknown> {
  /** The environment variable. */
  readonly variable: string;
  /** @throws Error that completes the sentence "VARIABLE …" and never repeats the text, which may be a secret */
  readonly parse: (text: string) => Value;
  readonly meaning: string;
  /** As it would be written; undefined when the setting may be absent. */
  readonly default: string | undefined;
  /** A value as it would be written. */
  readonly example: string;
  /** May come from a file that `VARIABLE_FILE` names instead. */
  readonly isSecret: boolean;
  /** Listed in README.md, which shows the settings that most people change. */
  readonly isCommon: boolean;
  /** The default depends on the machine, so no document can show it. */
  readonly isMachineDependent: boolean;
  /** Values that were renamed: the new word by the old one. Old words work for one version, with a warning. */
  readonly renamedValues: ReadonlyMap<string, string>;
}

interface SettingOptions {
  readonly meaning: string;
  readonly example?: string;
  readonly isSecret?: boolean;
  readonly isCommon?: boolean;
  readonly isMachineDependent?: boolean;
  readonly renamedValues?: ReadonlyMap<string, string>;
}

/** Declares a setting that has a default. */
export function setting<Value>(
  variable: string,
  parse: (text: string) => Value,
  options: SettingOptions & { readonly default: string | number },
): Setting<Value>;
/** Declares a setting that may be absent. */
export function setting<Value>(
  variable: string,
  parse: (text: string) => Value,
  options: SettingOptions & { readonly example: string },
): Setting<Value | undefined>;
export function setting<Value>(
  variable: string,
  parse: (text: string) => Value,
  options: SettingOptions & { readonly default?: string | number },
): Setting<Value> {
  const byDefault = options.default === undefined ? undefined : String(options.default);
  return {
    isSecret: false,
    isCommon: false,
    isMachineDependent: false,
    renamedValues: new Map(),
    ...options,
    variable,
    parse,
    default: byDefault,
    example: options.example ?? byDefault ?? '',
  };
}

/** The variable that names the file with a secret. */
export const fileVariable = (variable: string) => `${variable}_FILE`;
