import { TraceChannel } from './trace-channel.js';

/** The steps that the building blocks tell of. Whoever watches them needs to know nothing else of the blocks. */
export const traceChannels = {
  /** A unit of work, from begin to commit or rollback; `outcome` is committed, rolled-back or rerun. */
  unit: new TraceChannel('unit'),
  /** Opening its transaction, with the wait for a connection. */
  begin: new TraceChannel('begin'),
  commit: new TraceChannel('commit'),
  /** Waiting for a database connection; called like the pool. */
  connection: new TraceChannel('connection'),
  /** A call of a repository; called `Class.method`. */
  repository: new TraceChannel('repository'),
  /** A request to another program; called `METHOD resource`. */
  remote: new TraceChannel('remote'),
  /** Recording a message; called like its topic. */
  record: new TraceChannel('record'),
  /** One attempt at delivering a message; called like its topic. */
  delivery: new TraceChannel('delivery'),
} as const;
