/**
 * What a table repository does not support is refused by name on every backend, and never lost without an error.
 * Real: the databases, their drivers, the database in memory. Fake: the entities.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  AfterInsert,
  AfterLoad,
  AfterRecover,
  AfterRemove,
  AfterSoftRemove,
  AfterUpdate,
  BeforeInsert,
  BeforeRecover,
  BeforeRemove,
  BeforeSoftRemove,
  BeforeUpdate,
  Check,
  ChildEntity,
  Column,
  CreateDateColumn,
  DataSource,
  Entity,
  Generated as NumberedByDatabase,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  RelationId,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  ViewColumn,
  ViewEntity,
  VirtualColumn,
} from 'typeorm';
import type { EntitySubscriberInterface } from 'typeorm';
import { components } from '../../src/ddd/component/index.js';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';
import { useDatabase } from '../support/use-database.js';

class Money {
  @Column('integer')
  cents!: number;

  @Column('varchar', { nullable: true })
  currency!: string | null;
}

@Entity('customer')
class Customer {
  @PrimaryColumn('integer')
  id!: number;

  @OneToOne(() => Purchase, (purchase) => purchase.customer)
  last?: unknown;
}

@Entity('tag')
class Tag {
  @PrimaryColumn('integer')
  id!: number;
}

@Entity('purchase')
class Purchase {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { name: 'customer_id', nullable: true })
  customerId!: number | null;

  @OneToOne(() => Customer, (customer) => customer.last, { nullable: true })
  @JoinColumn({ name: 'customer_id' })
  customer?: Customer | null;

  @OneToMany(() => Line, (line) => line.purchase, { cascade: true })
  lines?: Line[];

  @ManyToMany(() => Tag)
  @JoinTable()
  tags?: Tag[];

  @Column(() => Money)
  price!: Money;
}

@Entity('line')
class Line {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { name: 'purchase_id' })
  purchaseId!: number;

  @ManyToOne(() => Purchase, (purchase) => purchase.lines)
  @JoinColumn({ name: 'purchase_id' })
  purchase?: Purchase;
}

const entities = [Customer, Tag, Purchase, Line];

describe.each(recordBackends)('A value that would be lost on %s', (backend) => {
  let open: OpenBackend;
  let purchases: SqlTableRepository<Purchase>;
  let lines: SqlTableRepository<Line>;

  beforeAll(async () => {
    open = await openBackend(backend, entities);
    purchases = open.repository(Purchase);
    lines = open.repository(Line);
    await open.repository(Customer).create({ id: 1 });
    await purchases.create({ id: 1, customerId: 1, price: { cents: 5, currency: 'EUR' } });
  });
  afterAll(() => open.close());

  const purchase = { id: 2, customerId: null, price: { cents: 1, currency: null } };

  it.each<[string, object, RegExp]>([
    ['a list of records', { lines: [{ id: 1 }] }, /Purchase\.lines is a relation.*repository of their own/],
    ['an empty list', { lines: [] }, /Purchase\.lines is a relation/],
    ['records of a many-to-many relation', { tags: [{ id: 1 }] }, /Purchase\.tags is a relation/],
    [
      'a record that is referred to',
      { customer: { id: 1 } },
      /Purchase\.customer is a relation.*give customerId/,
    ],
    ['no record that is referred to', { customer: null }, /Purchase\.customer is a relation/],
    [
      'an unknown field',
      { colour: 'red' },
      /Purchase has no column colour: use id, customerId, price\.cents/,
    ],
    [
      'the name of a column that is not a field',
      { customer_id: 1 },
      /no column customer_id: use id, customerId/,
    ],
    ['an inherited name', { constructor: 1 }, /no column constructor/],
    [
      'an unknown field inside',
      { price: { cents: 1, vat: 19 } },
      /no column price\.vat: use .*price\.currency/,
    ],
    ['null for what consists of columns', { price: null }, /Purchase\.price consists of columns/],
    ['text for what consists of columns', { price: '5 EUR' }, /Purchase\.price consists of columns/],
  ])('is refused by name: %s', async (_, values, message) => {
    const given = { ...purchase, ...values } as Purchase;
    await expect(purchases.create(given)).rejects.toThrow(message);
    await expect(purchases.create([purchase as Purchase, { ...given, id: 3 }])).rejects.toThrow(message);
    await expect(purchases.update(values, { id: 1 })).rejects.toThrow(message);
    await expect(purchases.updateAll(values)).rejects.toThrow(message);
    expect(await purchases.count()).toBe(1);
  });

  it('is refused from the other side of a relation', async () => {
    await expect(open.repository(Customer).create({ id: 2, last: { id: 1 } } as Customer)).rejects.toThrow(
      /Customer\.last is a relation/,
    );
    await expect(lines.create({ id: 1, purchaseId: 1, purchase: { id: 1 } } as Line)).rejects.toThrow(
      /Line\.purchase is a relation.*give purchaseId/,
    );
  });

  it('is not an undefined field', async () => {
    const created = await purchases.create({
      ...purchase,
      id: 9,
      lines: undefined,
      colour: undefined,
    } as never);
    expect({ ...created, price: { ...created.price } }).toEqual({ ...purchase, id: 9 });
    await purchases.delete({ id: 9 });
  });

  it('is not a reference by its key', async () => {
    expect(await lines.create({ id: 1, purchaseId: 1 })).toMatchObject({ id: 1, purchaseId: 1 });
    expect(await lines.list({ purchaseId: 1 })).toMatchObject([{ id: 1 }]);
    await lines.dropAll();
  });

  it('is refused in a filter and in an order', async () => {
    for (const field of [
      'lines',
      'customer',
      'colour',
      'customer_id',
      'constructor',
      'price',
      'cents',
      '__proto__x',
    ]) {
      await expect(purchases.list({ [field]: 1 })).rejects.toThrow(`Purchase has no column ${field}: use id`);
      await expect(purchases.list({}, { order: { [field]: 'asc' } })).rejects.toThrow(`no column ${field}`);
      await expect(purchases.drop({ [field]: 1 })).rejects.toThrow(`no column ${field}`);
    }
  });
});

function listening(decorator: () => PropertyDecorator): new () => { id: number } {
  @Entity('listening')
  class Listening {
    @PrimaryColumn('integer')
    id!: number;

    hash(): void {}
  }
  decorator()(Listening.prototype, 'hash');
  return Listening;
}

class Audited {
  @Column('integer', { nullable: true })
  by!: number | null;

  @BeforeUpdate()
  note(): void {}
}

@Entity('audited')
class WithAudit {
  @PrimaryColumn('integer')
  id!: number;

  @Column(() => Audited)
  audit!: Audited;
}

class Base {
  @PrimaryColumn('integer')
  id!: number;

  @BeforeInsert()
  inherited(): void {}
}

@Entity('inheriting')
class Inheriting extends Base {}

@Entity('animal')
@TableInheritance({ column: { name: 'kind', type: 'varchar' } })
class Animal {
  @PrimaryColumn('integer')
  id!: number;
}

@ChildEntity('dog')
class Dog extends Animal {
  @Column('integer', { nullable: true })
  age!: number | null;
}

function tree(
  kind: 'closure-table' | 'nested-set' | 'materialized-path' | 'adjacency-list',
): new () => { id: number } {
  class Node {
    id!: number;
    children!: Node[];
    parent!: Node | null;
  }
  Entity(`tree_${kind.replace('-', '_')}`)(Node);
  Tree(kind as 'nested-set')(Node);
  PrimaryColumn('integer')(Node.prototype, 'id');
  TreeChildren()(Node.prototype, 'children');
  TreeParent()(Node.prototype, 'parent');
  // Both relations are of the class itself, which a decorator would have told.
  Reflect.defineMetadata('design:type', Node, Node.prototype, 'parent');
  return Node;
}

@ViewEntity({ name: 'customer_view', expression: 'SELECT 1 AS id' })
class CustomerView {
  @ViewColumn()
  id!: number;
}

@Entity('computed')
class Computed {
  @PrimaryColumn('integer')
  id!: number;

  @VirtualColumn('integer', { query: (alias) => `SELECT ${alias}.id + 1` })
  next!: number;
}

@Entity('generated')
class Generated {
  @PrimaryColumn('integer')
  id!: number;

  @Column({ type: 'integer', generatedType: 'STORED', asExpression: 'id + 1' })
  next!: number;
}

@Entity('keyless')
class Keyless {
  @PrimaryColumn('integer')
  id!: number;

  @ManyToOne(() => Customer)
  buyer?: Customer;
}

@Entity('related_key')
class RelatedKey {
  @PrimaryColumn('integer')
  id!: number;

  @ManyToOne(() => Customer, { eager: true })
  @JoinColumn({ name: 'buyer_id' })
  buyer?: Customer;

  @Column('integer', { name: 'buyer_id' })
  buyerId!: number;
}

@Entity('lazy')
class Lazy {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { name: 'buyer_id' })
  buyerId!: number;

  @ManyToOne(() => Customer, { lazy: true })
  @JoinColumn({ name: 'buyer_id' })
  buyer?: Promise<Customer>;
}

@Entity('with_relation_id')
class WithRelationId {
  @PrimaryColumn('integer')
  id!: number;

  @ManyToMany(() => Tag)
  @JoinTable()
  tags?: Tag[];

  @RelationId((self: WithRelationId) => self.tags)
  tagIds!: number[];
}

@Entity('hidden_key')
class HiddenKey {
  @PrimaryColumn('integer', { select: false })
  id!: number;
}

@Entity({ name: 'sorted', orderBy: { id: 'DESC' } })
class Sorted {
  @PrimaryColumn('integer')
  id!: number;
}

@Entity('listed')
class Listed {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { array: true })
  marks!: number[];
}

@Entity('rounded')
class Rounded {
  @PrimaryColumn('integer')
  id!: number;

  @Column('decimal', { precision: 5, scale: -2 })
  hundreds!: string;
}

@Entity('hourly')
class Hourly {
  @PrimaryColumn('integer')
  id!: number;

  @CreateDateColumn({ type: 'time' })
  at!: string;
}

@Entity('digested')
class Digested {
  @PrimaryColumn('bytea')
  id!: never;
}

const unsupported: [string, new () => { id: number }, RegExp, object[]?][] = [
  ...[
    BeforeInsert,
    AfterInsert,
    BeforeUpdate,
    AfterUpdate,
    BeforeRemove,
    AfterRemove,
    BeforeSoftRemove,
    AfterSoftRemove,
    BeforeRecover,
    AfterRecover,
    AfterLoad,
  ].map((decorator): [string, new () => { id: number }, RegExp] => [
    `@${decorator.name}`,
    listening(decorator),
    new RegExp(`Listening: its listener hash \\(@${decorator.name}\\) would not be called: put the rule`),
  ]),
  ['a listener of an embedded object', WithAudit, /listener note \(@BeforeUpdate\)/],
  ['an inherited listener', Inheriting, /listener inherited \(@BeforeInsert\)/],
  ['an entity whose table others share', Animal, /@TableInheritance.*table of its own/, [Dog]],
  ['an entity that shares a table', Dog, /@TableInheritance/, [Animal]],
  ['a closure table', tree('closure-table'), /@Tree.*plain column/],
  ['a nested set', tree('nested-set'), /@Tree/],
  ['a materialized path', tree('materialized-path'), /@Tree/],
  ['a view', CustomerView, /view/],
  ['a virtual column', Computed, /next is computed by a query \(@VirtualColumn\)/],
  ['a generated column', Generated, /next is computed by the database/],
  ['a reference without a field for its key', Keyless, /buyer keeps its key in buyerId.*@Column/, entities],
  ['an eager relation', RelatedKey, /buyer would not be read with it \(eager\)/, entities],
  ['a lazy relation', Lazy, /buyer would be read outside of the unit of work \(lazy\)/, entities],
  ['a @RelationId', WithRelationId, /tagIds would not be read \(@RelationId\)/, [Tag]],
  ['a key that is not read', HiddenKey, /id is the key and is never read/],
  ['an order of its own', Sorted, /orderBy/],
  ['decimals that round', Rounded, /hundreds has a negative scale.*declare a bigint/],
  ['a date of creation without a date', Hourly, /at is a time, which holds no date: declare a timestamp/],
  ['a key of bytes', Digested, /id is the key and is bytea, which is not compared/],
  ['a column that is a list', Listed, /marks is a integer\[\].*docs\/guide\/columns\.md/],
];

class TagRepository extends SqlTableRepository<Tag> {
  protected readonly entity = Tag;
}

class TagWorker extends SqlWorker.with({ tag: TagRepository }) {}

const repositoryOf = (target: new () => { id: number }) =>
  class extends SqlTableRepository<{ id: number }> {
    protected readonly entity = target;
  };

describe.each(recordBackends)('An entity that a repository on %s does not support', (backend) => {
  it.each(unsupported)('is refused by every method: %s', async (_, entity, message, more = []) => {
    const open = await openBackend(backend, [entity, ...(more as [])]);
    try {
      const repository = open.repository(entity);
      await expect(repository.create({ id: 1 })).rejects.toThrow(message);
      await expect(repository.find({ id: 1 })).rejects.toThrow(message);
      await expect(repository.list()).rejects.toThrow(message);
      await expect(repository.update({ id: 2 }, { id: 1 })).rejects.toThrow(message);
      await expect(repository.dropAll()).rejects.toThrow(message);
    } finally {
      await open.close();
    }
  });

  it.each(unsupported)(
    'is refused before its unit of work does anything: %s',
    async (_, entity, message, more = []) => {
      const open = await openBackend(backend, [Tag, entity, ...(more as []).filter((each) => each !== Tag)]);
      try {
        const worker = open.worker(SqlWorker.with({ tag: TagRepository, refused: repositoryOf(entity) }));
        let runs = 0;
        await expect(worker.run(async () => void runs++)).rejects.toThrow(message);
        expect(runs).toBe(0);
        const tags = open.worker(TagWorker);
        await expect(
          tags.run((_repositories, unit) => worker.join(unit, async () => void runs++)),
        ).rejects.toThrow(message);
        expect(runs).toBe(0);
      } finally {
        await open.close();
      }
    },
  );
});

describe.each(databaseKinds)('A start on %s with an entity that repositories do not support', (kind) => {
  it.each(unsupported)('is refused: %s', async (_, entity, message, more = []) => {
    const open = await openBackend(kind, [entity, ...(more as [])]);
    try {
      const start = Test.createTestingModule({
        providers: [
          { provide: DataSource, useValue: open.scope },
          ...components(SqlWorker.with({ refused: repositoryOf(entity) })).providers,
        ],
      }).compile();
      await expect(start).rejects.toThrow(message);
    } finally {
      await open.close();
    }
  });
});

describe.each(databaseKinds)('A subscriber of the data source on %s', (kind) => {
  const subscriber = (members: EntitySubscriberInterface): EntitySubscriberInterface =>
    Object.assign(new (class Listener {})(), members);

  it.each<[string, EntitySubscriberInterface, RegExp | undefined]>([
    ['of this entity', { listenTo: () => Tag, beforeInsert: () => undefined }, /Listener.*beforeInsert/],
    ['of every entity', { afterLoad: () => undefined }, /Listener.*afterLoad/],
    ['of another entity', { listenTo: () => Customer, beforeInsert: () => undefined }, undefined],
    [
      'of transactions and queries alone',
      { afterTransactionCommit: () => undefined, beforeQuery: () => undefined },
      undefined,
    ],
  ])('%s is refused by name where it would not be called', async (_, members, message) => {
    const database = await createDatabase(kind);
    try {
      const dataSource = await database.connect(entities);
      await dataSource.synchronize();
      // As a provider of Nest adds itself.
      dataSource.subscribers.push(subscriber(members));
      const attempts = [
        () => new TagRepository(dataSource).create({ id: 1 }),
        () => new TagWorker(dataSource).run(({ tag }) => tag.create({ id: 1 })),
      ];
      for (const attempt of attempts) {
        await (message
          ? expect(attempt()).rejects.toThrow(message)
          : expect(attempt()).resolves.toEqual({ id: 1 }));
        await dataSource.query('DELETE FROM tag');
      }
    } finally {
      await database.destroy();
    }
  });
});

@Entity('checked')
@Check('positive', '"id" > 0')
class Checked {
  @PrimaryColumn('integer')
  id!: number;
}

@Entity('partly_unique')
@Index('one_open', ['id'], { unique: true, where: '"id" > 0' })
class PartlyUnique {
  @PrimaryColumn('integer')
  id!: number;
}

@Entity('by_sql')
class DefaultBySql {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { default: () => '1 + 1' })
  two?: number;
}

@Entity('collated')
class Collated {
  @PrimaryColumn('integer')
  id!: number;

  @Column({ type: 'varchar', collation: 'NOCASE' })
  name!: string;
}

describe('A rule in SQL, in memory', () => {
  const database = new InMemoryDatabase();

  it.each<[string, new () => { id: number }, RegExp]>([
    ['a check', Checked, /Checked cannot be kept in memory.*the check positive.*createDatabase/],
    ['a collation', Collated, /the collation NOCASE of name/],
    ['a unique index with a condition', PartlyUnique, /the condition of the index one_open/],
  ])('is refused by name: %s', (_, entity, message) => {
    expect(() => database.records(entity)).toThrow(message);
  });

  it('for a default is refused where it is needed', async () => {
    const records = database.records(DefaultBySql);
    await expect(records.insert([{ id: 1 }])).rejects.toThrow(
      /default of DefaultBySql\.two is SQL \(1 \+ 1\)/,
    );
    expect(await records.insert([{ id: 1, two: 3 }])).toMatchObject([{ two: 3 }]);
  });
});

describe('A number that the database gives', () => {
  const database = useDatabase('sqlite');

  it('is refused by name on SQLite where the column is not its only key', async () => {
    @Entity('queued')
    class Queued {
      @PrimaryColumn('integer')
      id!: number;

      @Column('integer')
      @NumberedByDatabase('increment')
      place!: number;
    }
    const dataSource = await database.connect([Queued]);
    await expect(new (repositoryOf(Queued))(dataSource).list()).rejects.toThrow(
      /Queued\.place is numbered by the database.*give its values yourself/,
    );
  });
});
