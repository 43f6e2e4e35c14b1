import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sqlWorkerComponent } from '../../ddd/component/index.js';
import { Guesses } from './guesses.service.js';
import { HashLimiter } from './password/hash-limiter.js';
import { Passwords } from './password/passwords.service.js';
import { RegisterWorker } from './register.worker.js';
import { User } from './user.entity.js';

const register = sqlWorkerComponent(RegisterWorker);

/** Accounts: their table, their units of work, their passwords. */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [...register.providers, HashLimiter, Passwords, Guesses],
  exports: [...register.exports, Passwords, HashLimiter, Guesses],
})
export class UserModule {}
