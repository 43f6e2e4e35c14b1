import { Module } from '@nestjs/common';
import { components } from '../../ddd/component/index.js';
import { Guesses } from './guesses.service.js';
import { AccountMaintenance } from './account-maintenance.service.js';
import { HashLimiter } from './password/hash-limiter.js';
import { Passwords } from './password/passwords.service.js';
import { StoredHashCosts } from './password/stored-hash-costs.service.js';
import { RegisterWorker } from './register.worker.js';

/** Accounts: their tables, their units of work, their passwords. */
@Module(components(RegisterWorker, HashLimiter, Passwords, StoredHashCosts, Guesses, AccountMaintenance))
export class UserModule {}
