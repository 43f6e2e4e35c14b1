/** A plain Nest application as `nest new` makes it, with TypeORM on PostgreSQL, one entity, and Swagger. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EntitySchema } from 'typeorm';

const user = new EntitySchema({
  name: 'user',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    email: { type: 'varchar', unique: true },
  },
});

class AppController {
  hello() {
    return 'Hello World!';
  }
}
Get()(AppController.prototype, 'hello', Object.getOwnPropertyDescriptor(AppController.prototype, 'hello'));
Controller()(AppController);

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [user],
      synchronize: true,
    }),
    TypeOrmModule.forFeature([user]),
  ],
  controllers: [AppController],
})(AppModule);

const app = await NestFactory.create(AppModule);
SwaggerModule.setup('api', app, SwaggerModule.createDocument(app, new DocumentBuilder().build()));
await app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
