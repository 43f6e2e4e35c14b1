export default async function globalTeardown() {
  await globalThis.removeProgram?.();
  await globalThis.stopPooler?.();
  await globalThis.stopPostgres?.();
}
