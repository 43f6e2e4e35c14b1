/** The packed blocks on TypeORM's own driver for better-sqlite3: what works, and how the rest is refused. */
import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { OutboxMessage } from 'domain-blocks/outbox';
import { Note, NoteRepository, NoteResource, NoteWorker } from './note.js';

const open = (...entities: (new () => object)[]) =>
  new DataSource({
    type: 'better-sqlite3',
    database: process.argv[2] ?? '',
    entities,
    synchronize: true,
  }).initialize();
const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ message }: Error) => message,
  );

const dataSource = await open(Note);
const notes = new NoteRepository(dataSource);
await notes.create([
  { id: '1', title: 'Milk' },
  { id: '2', title: 'Bread' },
]);
await notes.update({ title: 'MILK' }, { id: '1' });
const found = await notes.list({ or: [{ title: { eqIgnoreCase: 'milk' } }, { title: { endsWith: 'x' } }] });
const worker = new NoteWorker(dataSource);
console.log(
  JSON.stringify({
    found: found.map(({ title }) => title),
    dropped: await notes.drop({ id: '2' }),
    count: await notes.count(),
    unit: await refused(worker.run(({ note }) => note.count())),
    outbox: await refused(open(Note, OutboxMessage)),
    resource: await refused(new NoteResource(worker).create({ title: 'x' })),
  }),
);
await dataSource.destroy();
