/** Lays a network's overrides over what all networks share. */

/**
 * Objects are merged field by field; everything else replaces what was there. `null` takes an entry away. An object
 * that names another `provider` replaces the whole entry, since another provider has other fields.
 */
export function mergeOverride(base: unknown, override: unknown): unknown {
  if (override === undefined) return base;
  if (!isRecord(base) || !isRecord(override))
    return isRecord(override) ? mergeOverride({}, override) : override;
  if ("provider" in override && override.provider !== base.provider) return override;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(override)) {
    if (value === null) delete merged[key];
    else
      merged[key] = Object.hasOwn(base, key)
        ? mergeOverride(base[key], value)
        : mergeOverride(undefined, value);
  }
  return merged;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
