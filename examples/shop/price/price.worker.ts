import { HttpWorker } from '../../../src/ddd/worker/index.js';
import { PriceRepository } from './price.repository.js';

/** The repositories of the price service. */
export class PriceWorker extends HttpWorker.with({ price: PriceRepository }) {}
