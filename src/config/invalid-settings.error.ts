export interface SettingError {
  readonly name: string;
  readonly fault: string;
  readonly example?: string;
}

/** The process was given settings that it cannot run with. Values are never repeated: they may be secrets. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';

  constructor(readonly faults: readonly SettingError[]) {
    super(
      faults
        .map(
          ({ name, fault, example }) =>
            `${name} ${fault}.${example ? ` For example: ${name}=${example}` : ''}`,
        )
        .join('\n'),
    );
  }
}
