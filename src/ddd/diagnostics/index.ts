/** Trace channels: what the blocks report about their own work. The public API of this block. */
export { instrumentRepository } from './instrument-repository.js';
export { TraceChannel } from './trace-channel.js';
export { traceChannels } from './trace-channels.js';
export type { TraceSpan } from './trace-span.js';
