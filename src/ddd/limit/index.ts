/** How often something may be done, or fail: counted in memory or in the database. The public API of this block. */
export { AttemptLimit } from './attempt-limit.js';
export type { Success } from './attempt-limit.js';
export type { SlotLimiter } from './attempt-queue.js';
export { DatabaseCountStore, LimitSecret } from './database-count-store.js';
export { FailoverCountStore } from './failover-count-store.js';
export { LimitCount } from './limit-count.entity.js';
export { LimitCountRepository } from './limit-count.repository.js';
export { LimitMaintenance } from './limit-maintenance.js';
export { limitChannel } from './limit-channel.js';
export type { LimitReport } from './limit-channel.js';
export { LimitReachedError } from './limit.errors.js';
export type { LimitErrorCode } from './limit.errors.js';
export { assertLimit } from './limit.js';
export type { Limit, LimitKey } from './limit.js';
export { LimitModule } from './limit.module.js';
export { Limits } from './limits.service.js';
export type { Standing } from './limits.service.js';
