import { Api } from '../generated/swagger-typescript-api/api.js';
import { baseUrl, walk } from './walk.js';

/** What its clients throw. */
interface Refused {
  readonly status: number;
  readonly error: { readonly detail: unknown };
}

const api = new Api({ baseUrl });

await walk({
  async createUser(body) {
    await api.user.createUser(body);
  },
  async activate(email, password) {
    await api.user.activateUser({ email, password });
  },
  async signIn(email, password) {
    const r = await api.session.startSession({ email, password });
    return r.data.access_token;
  },
  async sessions(token) {
    const r = await api.session.listSessions({ headers: { Authorization: `Bearer ${token}` } });
    return r.data.data.map(({ client }) => client);
  },
  async createProduct(body) {
    const r = await api.product.createProduct(body);
    return r.data.id;
  },
  async createProducts(data) {
    const r = await api.product.createProducts({ data });
    return r.data.data.map(({ id }) => id);
  },
  async cheaperThan(price, size) {
    const r = await api.product.listProducts({ 'price[lt]': price, order: 'name', size });
    return { names: r.data.data.map(({ name }) => name), next: r.data.meta.next };
  },
  async rename(id, name) {
    const r = await api.product.partialUpdateProduct(id, { name });
    return { name: r.data.name, note: r.data.note };
  },
  async missing(id) {
    const r = await api.product.retrieveProduct(id).catch((refused: Refused) => refused);
    return { status: r.status, detail: String((r.error as Refused['error'] | null)?.detail) };
  },
  async remove(id) {
    await api.product.deleteProduct(id);
  },
  async removeAll() {
    const r = await api.product.dropProducts();
    return r.data.deleted;
  },
});
