import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';

/** Encrypts what mails carry while they wait for their delivery. */
export abstract class MailSeal {
  abstract seal(text: string): string;
  /** @throws Error when it was sealed under another secret */
  abstract open(sealed: string): string;
}

/** The seal of the whole program; the assembly says what it encrypts with. */
@Module({})
export class MailSealModule {
  static with({
    imports = [],
    ...factory
  }: Pick<FactoryProvider<MailSeal>, 'inject' | 'useFactory'> &
    Pick<ModuleMetadata, 'imports'>): DynamicModule {
    return {
      module: MailSealModule,
      global: true,
      imports: [...imports],
      providers: [{ provide: MailSeal, ...factory }],
      exports: [MailSeal],
    };
  }
}
