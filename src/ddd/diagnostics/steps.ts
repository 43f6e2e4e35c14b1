import { StepChannel } from './step-channel.js';

/** The steps that the building blocks tell of. Whoever watches them needs to know nothing else of the blocks. */
export const steps = {
  /** A unit of work, from begin to commit or rollback; `outcome` is committed, rolled-back or rerun. */
  unit: new StepChannel('unit'),
  /** Opening its transaction, with the wait for a connection. */
  begin: new StepChannel('begin'),
  commit: new StepChannel('commit'),
  /** Waiting for a database connection; called like the pool. */
  connection: new StepChannel('connection'),
  /** A call of a repository; called `Class.method`. */
  repository: new StepChannel('repository'),
  /** A request to another program; called `METHOD resource`. */
  remote: new StepChannel('remote'),
  /** Recording a message; called like its topic. */
  record: new StepChannel('record'),
  /** One attempt at delivering a message; called like its topic. */
  delivery: new StepChannel('delivery'),
} as const;
