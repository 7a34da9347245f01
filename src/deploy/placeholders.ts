/**
 * A policy is compiled before anything exists: what is to be deployed stands under an address that nobody can hold.
 * In constructor arguments Ignition puts the real one in its place.
 */

/** Replaces every address for which `find` has an answer, at any depth. */
export function replaceAddresses<T>(value: unknown, find: (address: string) => T | undefined): unknown {
  if (typeof value === "string") return (value.length === 42 && find(value.toLowerCase())) || value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaceAddresses(item, find));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replaceAddresses(item, find)]),
    );
  return value;
}
