import assert from 'node:assert/strict';

/** The life of one user, through the published port. An unexpected response throws. */
export async function walk(origin, email) {
  const credentials = { email, password: 'a-long-password' };
  const post = async (path, body, status) => {
    const response = await fetch(`${origin}/user/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    assert.equal(response.status, status, `POST /user/${path} answered ${response.status} ${text}`);
    return text && JSON.parse(text);
  };
  await post('', { name: 'Ada', surname: 'Topology', ...credentials }, 200);
  await post('signin/', credentials, 400);
  await post('activate/', credentials, 200);
  assert.equal((await post('signin/', credentials, 200)).email, email);
  await post('deactivate/', credentials, 200);
  await post('signin/', credentials, 400);
}

/**
 * Several walks, two at a time: as many as one replica hashes concurrently, so that none is rejected on a busy machine.
 * @returns the addresses of the users
 */
export async function walks(origin, name, count, atOnce = 2) {
  const emails = Array.from({ length: count }, (_, index) => `${name}${index}@example.com`);
  const waiting = [...emails];
  const walker = async () => {
    for (let email = waiting.pop(); email; email = waiting.pop()) await walk(origin, email);
  };
  await Promise.all(Array.from({ length: atOnce }, walker));
  return emails;
}
