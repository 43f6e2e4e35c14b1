import * as schemas from '../generated/orval-zod/schemas.js';
import { baseUrl, walk } from './walk.js';

/** Sends a request, and returns its status and its body. */
async function send(method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(new URL(path, baseUrl), {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
  });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
}

await walk({
  async createUser(user) {
    await send('POST', '/user/', schemas.createUserBody.parse(user));
  },
  async activate(email, password) {
    await send('POST', '/user/activate/', schemas.activateUserBody.parse({ email, password }));
  },
  async signIn(email, password) {
    const { body } = await send('POST', '/session/', schemas.startSessionBody.parse({ email, password }));
    return schemas.startSessionResponse.parse(body).access_token;
  },
  async sessions(token) {
    const { body } = await send('GET', '/session/', undefined, token);
    return schemas.listSessionsResponse.parse(body).data.map(({ client }) => client);
  },
  async createProduct(product) {
    const { body } = await send('POST', '/product/', schemas.createProductBody.parse(product));
    return schemas.retrieveProductResponse.parse(body).id;
  },
  async createProducts(data) {
    const { body } = await send('POST', '/product/batch/', schemas.createProductsBody.parse({ data }));
    return schemas.replaceProductsResponse.parse(body).data.map(({ id }) => id);
  },
  async cheaperThan(price, size) {
    const asked = schemas.listProductsQueryParams.parse({ 'price[lt]': price, order: 'name', size });
    const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
    const { data, meta } = schemas.listProductsResponse.parse((await send('GET', `/product/?${query}`)).body);
    return { names: data.map(({ name }) => name), next: meta.next };
  },
  async rename(id, name) {
    const { body } = await send('PATCH', `/product/${id}/`, schemas.partialUpdateProductBody.parse({ name }));
    const renamed = schemas.partialUpdateProductResponse.parse(body);
    return { name: renamed.name, note: renamed.note };
  },
  async missing(id) {
    const { status, body } = await send('GET', `/product/${id}/`);
    return { status, detail: (body as { detail: string }).detail };
  },
  async remove(id) {
    await send('DELETE', `/product/${schemas.deleteProductParams.parse({ id }).id}/`);
  },
  async removeAll() {
    return schemas.dropProductsResponse.parse((await send('DELETE', '/product/')).body).deleted;
  },
});
