/**
 * The address for node-postgres. The driver treats `prefer`, `require` and `verify-ca` as `verify-full`, and warns in
 * several lines that its next major version will not. Naming `verify-full` keeps the connection as strict without the
 * warning. With `uselibpqcompat=true` the modes mean what they mean to libpq, and are kept.
 */
export const withExplicitSslMode = (url: string): string =>
  /[?&]uselibpqcompat=true(&|$)/.test(url)
    ? url
    : url.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
