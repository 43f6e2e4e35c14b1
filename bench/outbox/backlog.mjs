/** Our courier in a process of its own: how old its oldest message gets. */
import { takeCalls } from '../lab/calls.mjs';
import { handlerOf, openOutbox, startCourier } from './courier.mjs';

await startCourier(await openOutbox(process.env.DATABASE_URL), [
  handlerOf({ topic: 'bench' }, async () => {}),
]);
takeCalls({});
