/**
 * A plain Nest application on Express, as `nest new` makes it, with what every service adds: a request id, and a line of
 * pino for each request. Answers `GET /` with the same body as ours.
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';

const body = JSON.parse(process.env.BODY);
const log = pino();

class AppController {
  info() {
    return body;
  }
}
Get()(AppController.prototype, 'info', Object.getOwnPropertyDescriptor(AppController.prototype, 'info'));
Controller()(AppController);

class AppModule {}
Module({ controllers: [AppController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.use((request, response, next) => {
  const began = performance.now();
  const id = request.headers['x-request-id'] ?? randomUUID();
  response.setHeader('X-Request-Id', id);
  response.once('finish', () => {
    const { method, originalUrl: path } = request;
    const duration = Math.round(performance.now() - began);
    log.info({ id, method, path, status: response.statusCode, duration }, 'request completed');
  });
  next();
});
await app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
