import { Global, Module } from '@nestjs/common';
import { Settings } from './settings.js';

/** Gives every module the settings of this process. */
@Global()
@Module({
  providers: [{ provide: Settings, useFactory: () => Settings.ofThisProcess() }],
  exports: [Settings],
})
export class ConfigModule {}
