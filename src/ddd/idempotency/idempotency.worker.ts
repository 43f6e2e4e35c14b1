import { Injectable } from '@nestjs/common';
import { SqlWorker } from '../worker/index.js';
import { IdempotencyRecordRepository } from './idempotency-record.repository.js';

/** Units of work over the records of requests with a key. */
@Injectable()
export class IdempotencyWorker extends SqlWorker.with({ record: IdempotencyRecordRepository }) {}
