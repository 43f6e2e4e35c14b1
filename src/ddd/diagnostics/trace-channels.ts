import { TraceChannel } from './trace-channel.js';

/** The spans that the building blocks report. Subscribers need to know nothing else about the blocks. */
export const traceChannels = {
  /** A unit of work, from begin to commit or rollback; `outcome` is committed, rolled-back or rerun. */
  unit: new TraceChannel('unit'),
  /** Opening its transaction, including the wait for a connection. */
  begin: new TraceChannel('begin'),
  commit: new TraceChannel('commit'),
  /** Waiting for a database connection; named after the pool. */
  connection: new TraceChannel('connection'),
  /** A call of a repository; named `Class.method`. */
  repository: new TraceChannel('repository'),
  /** A request to another program; named `METHOD resource`. */
  remote: new TraceChannel('remote'),
  /** Recording a message; named after its topic. */
  record: new TraceChannel('record'),
  /** One attempt at delivering a message; named after its topic. */
  delivery: new TraceChannel('delivery'),
} as const;
