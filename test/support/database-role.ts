import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A user of a PostgreSQL database who owns nothing, and has the rights that a test grants. */
export class DatabaseRole {
  readonly #name = `role_${randomUUID().replaceAll('-', '')}`;

  private constructor(private readonly owner: pg.Client) {}

  /** @param ownerUrl of a database, as its owner */
  static async create(ownerUrl: string): Promise<DatabaseRole> {
    const role = new DatabaseRole(new pg.Client({ connectionString: ownerUrl }));
    await role.owner.connect();
    await role.owner.query(`CREATE ROLE ${role.#name} LOGIN PASSWORD '${role.#name}'`);
    return role;
  }

  get name(): string {
    return this.#name;
  }

  urlOf(databaseUrl: string): string {
    return Object.assign(new URL(databaseUrl), { username: this.#name, password: this.#name }).href;
  }

  /** @param rights such as SELECT, on all tables that exist now */
  async grant(rights: string): Promise<void> {
    await this.owner.query(`GRANT ${rights} ON ALL TABLES IN SCHEMA public TO ${this.#name}`);
    await this.owner.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${this.#name}`);
  }

  async revoke(rights: string): Promise<void> {
    await this.owner.query(`REVOKE ${rights} ON ALL TABLES IN SCHEMA public FROM ${this.#name}`);
  }

  async drop(): Promise<void> {
    await this.owner.query(`DROP OWNED BY ${this.#name}; DROP ROLE ${this.#name}`);
    await this.owner.end();
  }
}
