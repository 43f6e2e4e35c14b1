/** What the generator can send: by the number of the request and what it is `about`. */
export const requests = {
  'GET /': () => ({ method: 'GET', path: '/' }),
  get: (_, { path, headers }) => ({ method: 'GET', path, headers }),
  'sign in': (number, { prefix, accounts, path = '/user/signin/' }) => ({
    method: 'POST',
    path,
    body: { email: `${prefix}${(number * 7_919) % accounts}@example.com`, password },
  }),
  guess: (number, { prefix, accounts }) => ({
    method: 'POST',
    path: '/user/signin/',
    body: { email: `${prefix}${number % accounts}@example.com`, password: 'not-the-password' },
  }),
  refresh: (number, { tokens }) => ({
    method: 'POST',
    path: '/session/refresh/',
    body: { refresh_token: tokens[number] },
  }),
  'sign up': (number, { prefix, path = '/user/', name = {} }) => ({
    method: 'POST',
    path,
    body: { name: 'Ada', surname: 'Lovelace', ...name, email: `${prefix}${number}@example.com`, password },
  }),
  activate: (number, { prefix }) => ({
    method: 'POST',
    path: '/user/activate/',
    body: { email: `${prefix}${number}@example.com`, password },
  }),
  /** Looks up one row and finds none: 404 before any hash. */
  'read an account': (number) => ({
    method: 'POST',
    path: '/user/signin/',
    body: { email: `unknown${number}@example.com`, password },
  }),
};

export const password = 'a-long-password';
