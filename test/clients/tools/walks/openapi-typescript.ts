import createClient from 'openapi-fetch';
import type { paths } from '../generated/openapi-typescript/schema.js';
import { baseUrl, present, walk } from './walk.js';

const api = createClient<paths>({ baseUrl });

await walk({
  async createUser(body) {
    await api.POST('/user/', { body });
  },
  async activate(email, password) {
    await api.POST('/user/activate/', { body: { email, password } });
  },
  async signIn(email, password) {
    const r = await api.POST('/session/', { body: { email, password } });
    return present(r.data?.access_token);
  },
  async sessions(token) {
    const r = await api.GET('/session/', { headers: { Authorization: `Bearer ${token}` } });
    return present(r.data).data.map(({ client }) => client);
  },
  async createProduct(body) {
    const r = await api.POST('/product/', { body });
    return present(r.data?.id);
  },
  async createProducts(data) {
    const r = await api.POST('/product/batch/', { body: { data } });
    return present(r.data?.data.map(({ id }) => id));
  },
  async cheaperThan(price, size) {
    const r = await api.GET('/product/', { params: { query: { 'price[lt]': price, order: 'name', size } } });
    return { names: present(r.data).data.map(({ name }) => name), next: r.data?.meta.next };
  },
  async rename(id, name) {
    const r = await api.PATCH('/product/{id}/', { params: { path: { id } }, body: { name } });
    const { name: renamed, note } = present(r.data);
    return { name: renamed, note };
  },
  async missing(id) {
    const r = await api.GET('/product/{id}/', { params: { path: { id } } });
    return { status: r.response.status, detail: String(r.error?.detail) };
  },
  async remove(id) {
    await api.DELETE('/product/{id}/', { params: { path: { id } } });
  },
  async removeAll() {
    const r = await api.DELETE('/product/');
    return present(r.data?.deleted);
  },
});
