import { client } from '../generated/hey-api/client.gen.js';
import * as api from '../generated/hey-api/index.js';
import { baseUrl, present, walk } from './walk.js';

client.setConfig({ baseUrl });

await walk({
  async createUser(body) {
    await api.createUser({ body });
  },
  async activate(email, password) {
    await api.activateUser({ body: { email, password } });
  },
  async signIn(email, password) {
    const r = await api.startSession({ body: { email, password } });
    return present(r.data?.access_token);
  },
  async sessions(token) {
    const r = await api.listSessions({ auth: token });
    return present(r.data).data.map(({ client }) => client);
  },
  async createProduct(body) {
    const r = await api.createProduct({ body });
    return present(r.data?.id);
  },
  async createProducts(data) {
    const r = await api.createProducts({ body: { data } });
    return present(r.data?.data.map(({ id }) => id));
  },
  async cheaperThan(price, size) {
    const r = await api.listProducts({ query: { 'price[lt]': price, order: 'name', size } });
    return { names: present(r.data).data.map(({ name }) => name), next: r.data?.meta.next };
  },
  async rename(id, name) {
    const r = await api.partialUpdateProduct({ path: { id }, body: { name } });
    const { name: renamed, note } = present(r.data);
    return { name: renamed, note };
  },
  async missing(id) {
    const r = await api.retrieveProduct({ path: { id } });
    return { status: present(r.response).status, detail: String(r.error?.detail) };
  },
  async remove(id) {
    await api.deleteProduct({ path: { id } });
  },
  async removeAll() {
    const r = await api.dropProducts();
    return present(r.data?.deleted);
  },
});
