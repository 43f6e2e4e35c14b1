/** What every client does: the life of an account, and of the products of a shop. Its types are those of the client. */
export interface Client {
  createUser(user: { name: string; surname: string; email: string; password: string }): Promise<void>;
  activate(email: string, password: string): Promise<void>;
  /** @returns the access token */
  signIn(email: string, password: string): Promise<string>;
  /** @returns the user agents of the sessions */
  sessions(token: string): Promise<(string | null)[]>;
  /** @returns the id */
  createProduct(product: { sku: string; name: string; price: number }): Promise<string>;
  /** @returns the ids */
  createProducts(products: { sku: string; name: string; price: number }[]): Promise<string[]>;
  /** @returns names, and the cursor of the next page */
  cheaperThan(price: number, size: number): Promise<{ names: string[]; next: string | null | undefined }>;
  rename(id: string, name: string): Promise<{ name: string; note: string | null }>;
  /** @returns the status and the text of the error */
  missing(id: string): Promise<{ status: number; detail: string }>;
  remove(id: string): Promise<void>;
  removeAll(): Promise<number>;
}

/** Walks through the API with a client, and prints what was found. */
export async function walk(client: Client): Promise<void> {
  const email = `${process.argv[3]}@example.com`;
  const password = 'correct horse';
  await client.createUser({ name: 'John', surname: 'Doe', email, password });
  await client.activate(email, password);
  const token = await client.signIn(email, password);
  const sessions = await client.sessions(token);
  const id = await client.createProduct({ sku: 'lamp', name: 'Lamp', price: 10 });
  const more = await client.createProducts([
    { sku: 'desk', name: 'Desk', price: 20 },
    { sku: 'sofa', name: 'Sofa', price: 30 },
  ]);
  const page = await client.cheaperThan(30, 1);
  const renamed = await client.rename(id, 'Lantern');
  await client.remove(id);
  const missing = await client.missing(id);
  const removed = await client.removeAll();
  console.log(
    JSON.stringify({
      sessions: sessions.length,
      created: [id, ...more].length,
      names: page.names,
      hasNext: typeof page.next === 'string',
      renamed,
      missing,
      removed,
    }),
  );
}

/** Where the service is: the first parameter of the program. */
export const baseUrl = String(process.argv[2]);

export function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('The client returned nothing');
  return value;
}
