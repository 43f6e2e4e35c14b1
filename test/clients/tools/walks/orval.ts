import * as api from '../generated/orval/api.js';
import { baseUrl, walk } from './walk.js';

// The client asks for paths of its own server, as a page does.
const { fetch: send } = globalThis;
globalThis.fetch = (path, init) => send(new URL(String(path), baseUrl), init);

/** The result of an operation, for the compiler: the one with this status. */
function expecting<Result extends { status: number }, Status extends Result['status']>(
  result: Result,
  status: Status,
): Extract<Result, { status: Status }> {
  if (result.status !== status) throw new Error(`The client returned ${result.status}, not ${status}`);
  return result as Extract<Result, { status: Status }>;
}

await walk({
  async createUser(body) {
    expecting(await api.createUser(body), 200);
  },
  async activate(email, password) {
    expecting(await api.activateUser({ email, password }), 200);
  },
  async signIn(email, password) {
    return expecting(await api.startSession({ email, password }), 200).data.access_token;
  },
  async sessions(token) {
    const r = await api.listSessions({ headers: { Authorization: `Bearer ${token}` } });
    return expecting(r, 200).data.data.map(({ client }) => client);
  },
  async createProduct(body) {
    return expecting(await api.createProduct(body), 201).data.id;
  },
  async createProducts(data) {
    return expecting(await api.createProducts({ data }), 201).data.data.map(({ id }) => id);
  },
  async cheaperThan(price, size) {
    const r = expecting(await api.listProducts({ 'price[lt]': price, order: 'name', size }), 200);
    return { names: r.data.data.map(({ name }) => name), next: r.data.meta.next };
  },
  async rename(id, name) {
    const { data } = expecting(await api.partialUpdateProduct(id, { name }), 200);
    return { name: data.name, note: data.note };
  },
  async missing(id) {
    const r = expecting(await api.retrieveProduct(id), 404);
    return { status: r.status, detail: r.data.detail };
  },
  async remove(id) {
    expecting(await api.deleteProduct(id), 204);
  },
  async removeAll() {
    return expecting(await api.dropProducts(), 200).data.deleted;
  },
});
