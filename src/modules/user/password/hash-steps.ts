import { StepChannel } from '../../../ddd/diagnostics/step-channel.js';

/** Computing one hash. */
export const hashSteps = new StepChannel('hash');

/** Standing in line for it. */
export const queueSteps = new StepChannel('queue');
