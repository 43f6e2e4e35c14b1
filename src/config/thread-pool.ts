/**
 * Size of libuv's thread pool, which hashing, the database and file access share.
 * (https://docs.libuv.org/en/v1.x/threadpool.html)
 */
export const threadPoolSize = (): number => Number(process.env['UV_THREADPOOL_SIZE']) || 4;
