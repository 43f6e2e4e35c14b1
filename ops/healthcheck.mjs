// Exit code 0 when the address answers with success in time. Run: node ops/healthcheck.mjs URL
const response = await fetch(process.argv[2], { signal: AbortSignal.timeout(4_000) }).catch(() => undefined);
process.exit(response?.ok ? 0 : 1);
