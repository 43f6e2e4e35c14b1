/** Threads of libuv, which hashes, the database and files share. (https://docs.libuv.org/en/v1.x/threadpool.html) */
export const threadPoolSize = (): number => Number(process.env['UV_THREADPOOL_SIZE']) || 4;
