/** Jest's globalTeardown. The files go with the process that watches ours. */
export default async function stopDatabase(): Promise<void> {
  await globalThis.stopTestServer?.();
}
