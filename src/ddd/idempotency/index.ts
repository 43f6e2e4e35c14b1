/** Requests that are executed once for their key, however often they are sent. The public API of this block. */
export { idempotencyChannel } from './idempotency-channel.js';
export type { IdempotencyReport } from './idempotency-channel.js';
export { IdempotencyMaintenance } from './idempotency-maintenance.js';
export { IdempotencyOptions } from './idempotency-options.js';
export { IdempotencyRecord } from './idempotency-record.entity.js';
export { IdempotencyRecordRepository, maxUnitMs } from './idempotency-record.repository.js';
export { KeyReusedError, RequestInProgressError } from './idempotency.errors.js';
export type { IdempotencyErrorCode } from './idempotency.errors.js';
export { IdempotencyModule } from './idempotency.module.js';
export { IdempotencyWorker } from './idempotency.worker.js';
export { IdempotentRequests } from './idempotent-requests.js';
export type { RecordedResponse } from './recorded-response.js';
