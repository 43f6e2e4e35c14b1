/**
 * Tests in one transaction that is rolled back, on each database.
 * Real: the databases, workers, repositories. Fake: nothing.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { AlreadyExistsError, SqlTableRepository } from '../src/ddd/repository/index.js';
import { SqlWorker, NestedUnitError, ReadOnlyUnitError, UnitTimeoutError } from '../src/ddd/worker/index.js';
import { databaseKinds, rolledBack, useDatabase } from './index.js';

@Entity('note')
class Note {
  @PrimaryColumn('integer')
  id!: number;

  @Column('varchar', { length: 40 })
  text!: string;
}

class NoteRepository extends SqlTableRepository<Note> {
  protected readonly entity = Note;
}

class NoteWorker extends SqlWorker.with({ note: NoteRepository }) {}

describe.each(databaseKinds)('rolledBack on %s', (kind) => {
  const database = useDatabase(kind, [Note]);
  let dataSource: DataSource;
  let worker: NoteWorker;
  let notes: NoteRepository;
  const write = (id: number, text = 'x') => worker.run(({ note }) => note.create({ id, text }));

  beforeAll(() => {
    dataSource = database.dataSource;
    worker = new NoteWorker(dataSource);
    notes = new NoteRepository(dataSource);
  });

  it('returns the result of the test, and undoes its units and statements', async () => {
    const seen = await rolledBack(dataSource, async () => {
      await write(1);
      await notes.create({ id: 2, text: 'x' });
      return notes.count();
    });

    expect(seen).toBe(2);
    expect(await notes.count()).toBe(0);
  });

  it('undoes a test that throws, and throws the same error', async () => {
    const error = new Error('expected');
    const test = rolledBack(dataSource, async () => {
      await write(1);
      throw error;
    });

    await expect(test).rejects.toBe(error);
    expect(await notes.count()).toBe(0);
  });

  it('hides what the test wrote from other connections', async () => {
    const other = new NoteRepository(await database.connect([Note]));

    await rolledBack(dataSource, async () => {
      await write(1);
      expect(await other.count()).toBe(0);
    });
  });

  it('undoes only a unit that throws, and lets the test continue', async () => {
    await rolledBack(dataSource, async () => {
      await write(1);
      await expect(write(1)).rejects.toThrow(AlreadyExistsError);
      const both = worker.run(async ({ note }) => {
        await note.create({ id: 2, text: 'x' });
        throw new Error('rule');
      });
      await expect(both).rejects.toThrow('rule');
      await write(3);

      expect((await notes.list()).map(({ id }) => id)).toEqual([1, 3]);
    });
  });

  it('keeps the rules of units: joining, nesting, read-only, time limit, callbacks after the commit', async () => {
    await rolledBack(dataSource, async () => {
      const called: number[] = [];
      await worker.run(async ({ note }, unit) => {
        unit.afterCommit(async () => called.push(await notes.count()));
        await note.create({ id: 1, text: 'x' });
        await new NoteWorker(dataSource).join(unit, (joined) => joined.note.create({ id: 2, text: 'x' }));
        expect(called).toEqual([]);
      });
      expect(called).toEqual([2]);

      await expect(worker.run(() => worker.run(async () => 1))).rejects.toThrow(NestedUnitError);
      await expect(worker.run(() => notes.count())).rejects.toThrow(NestedUnitError);
      const read = worker.run(({ note }) => note.create({ id: 3, text: 'x' }), { readOnly: true });
      await expect(read).rejects.toThrow(ReadOnlyUnitError);
      expect(await worker.run(({ note }) => note.count(), { readOnly: true })).toBe(2);
      const endless = worker.run(
        async ({ note }) => {
          await note.create({ id: 4, text: 'x' });
          await new Promise(() => undefined);
        },
        { timeoutMs: 50 },
      );
      await expect(endless).rejects.toThrow(UnitTimeoutError);
      await write(5);
      expect(await notes.count()).toBe(3);
    });
    expect(await notes.count()).toBe(0);
  });

  it('runs concurrent units one at a time, and loses none', async () => {
    await rolledBack(dataSource, async () => {
      await write(1, '0');
      const raise = () =>
        worker.run(async ({ note }) => {
          const { text } = await note.retrieve({ id: 1 });
          await note.update({ text: String(Number(text) + 1) }, { id: 1 });
        });
      await Promise.all(Array.from({ length: 20 }, raise));

      expect(await notes.retrieve({ id: 1 })).toMatchObject({ text: '20' });
    });
  });

  it('never continues outside of its transaction when the database has ended it', async () => {
    const endless = `INSERT INTO note WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n) SELECT i, 'x' FROM n`;
    const lost = 'SELECT pg_terminate_backend(pg_backend_pid())';
    await rolledBack(dataSource, async () => {
      await write(1);
      const statement = kind === 'sqlite' ? endless : lost;
      await expect(
        worker.run((_, unit) => unit.manager.query(statement), { timeoutMs: 100 }),
      ).rejects.toThrow();

      await expect(write(2)).rejects.toThrow(/database of its own/);
      await expect(notes.count()).rejects.toThrow(/database of its own/);
    });
    expect(await notes.count()).toBe(0);
  });

  it('refuses two concurrent tests on one data source', async () => {
    await rolledBack(dataSource, async () => {
      await expect(rolledBack(dataSource, async () => 1)).rejects.toThrow(/one test at a time/);
    });
    await write(9);
    expect(await notes.count()).toBe(1);
    await notes.dropAll();
  });
});
