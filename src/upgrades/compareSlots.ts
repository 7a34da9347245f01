/** Two storage layouts, slot by slot: what each place meant and what it would mean. */
import type { StorageLayout } from "@openzeppelin/upgrades-core";
import type { SlotChange } from "./types.ts";

interface Place {
  namespace: string;
  slot: string;
  offset: number;
  text: string;
}

/**
 * Places of the old layout that would be read as something else, or not at all. Names matter: a value under another
 * name is another value until someone says it was renamed.
 */
export function compareSlots(from: StorageLayout, to: StorageLayout): SlotChange[] {
  const [was, is] = [places(from), places(to)];
  const end = new Map<string, bigint>();
  for (const { namespace, slot } of was.values()) {
    const number = BigInt(slot);
    if (number >= (end.get(namespace) ?? 0n)) end.set(namespace, number);
  }
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  const changes = keys.flatMap((key) => {
    const [old, next] = [was.get(key), is.get(key)];
    const place = old ?? next;
    if (!place || old?.text === next?.text) return [];
    // Behind all that was stored there is room.
    if (!old && BigInt(place.slot) > (end.get(place.namespace) ?? -1n)) return [];
    const { namespace, slot, offset } = place;
    return [
      {
        namespace,
        slot,
        offset,
        ...(old ? { was: old.text } : {}),
        ...(next ? { becomes: next.text } : {}),
      },
    ];
  });
  return changes.sort(inOrder);
}

function inOrder(a: SlotChange, b: SlotChange): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  const [x, y] = [BigInt(a.slot), BigInt(b.slot)];
  return x === y ? a.offset - b.offset : x < y ? -1 : 1;
}

function places(layout: StorageLayout): Map<string, Place> {
  const found = new Map<string, Place>();
  const groups = { storage: layout.storage, ...layout.namespaces };
  for (const [namespace, items] of Object.entries(groups)) {
    for (const { label, type, slot, offset } of items) {
      if (slot === undefined || offset === undefined) continue;
      const text = `${label} (${layout.types[type]?.label ?? type})`;
      found.set(`${namespace} ${slot} ${offset}`, { namespace, slot, offset, text });
    }
  }
  return found;
}
