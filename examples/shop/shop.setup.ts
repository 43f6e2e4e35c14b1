import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { Settings } from '../../src/config/settings.js';
import { blockErrorMapping, type ErrorMapping } from '../../src/http/errors/error-mapping.js';
import { applyHttpRules } from '../../src/http/http.setup.js';
import { NestLogger } from '../../src/http/logging/nest-logger.js';
import { serveOpenApi } from '../../src/openapi/openapi.setup.js';
import type { OrderErrorCode } from './order/order.errors.js';

/** The responses to the shop's own errors. A missing code does not compile. */
const shopErrorMapping: ErrorMapping<OrderErrorCode> = {
  'order.out-of-stock': { status: 409, detail: 'Not enough in stock' },
  'order.not-for-sale': { status: 422, detail: 'A product of this order is not for sale' },
};

/** Everything about the app that is not in its modules. */
export function setUpShop(app: NestExpressApplication, logger: Logger): void {
  app.useLogger(new NestLogger(logger));
  applyHttpRules(app, app.get(Settings).http, logger, { ...blockErrorMapping, ...shopErrorMapping });
  serveOpenApi(app, (document) => {
    document.info = { title: 'Shop', description: 'Products and orders', version: '1.0.0' };
    document.tags = [{ name: 'Product' }, { name: 'Order' }];
  });
}
