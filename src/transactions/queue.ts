/** Runs what concerns one thing (an account, a record) one after the other. */
export function createQueue(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work, work);
    tails.set(
      key,
      result.catch(() => {}),
    );
    return result;
  };
}
