export interface SettingError {
  readonly name: string;
  readonly problem: string;
  readonly example?: string;
}

/** The process was given settings that it cannot run with. Values are never repeated: they may be secrets. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';

  constructor(readonly errors: readonly SettingError[]) {
    super(
      errors
        .map(
          ({ name, problem, example }) =>
            `${name} ${problem}.${example ? ` For example: ${name}=${example}` : ''}`,
        )
        .join('\n'),
    );
  }
}
