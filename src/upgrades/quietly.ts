/** upgrades-core prints hints and warnings while it works; what matters of them is in what it returns. */
export function quietly<T>(work: () => T): T {
  const { error } = globalThis.console;
  globalThis.console.error = () => {};
  try {
    return work();
  } finally {
    globalThis.console.error = error;
  }
}
